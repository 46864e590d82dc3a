using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Transfers;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Transfers;

/// <summary>A list of results that is exported leaves out what the browser of results does.</summary>
public sealed class FilteredExportTests(PortalHost host) : TransferTest(host)
{
    [Fact]
    public async Task The_csv_has_the_results_that_the_same_filters_show_and_what_people_said_of_them()
    {
        var (program, team, project) = await ScoredAsync(("100%_a.png", 0.2), ("1000 a.png", 0.4), ("b.png", 1.5), ("c.png", 2.5), ("d.png", 3.5));
        var all = (await Get<ListResults>().HandleAsync(team.Viewer, new(project, Order: ResultOrder.Name), Ct)).Value.Items;
        ListResults.Item Named(string name) => all.Single(item => item.Name.EndsWith(name, StringComparison.Ordinal));
        async Task Label(string name, ImageLabel label, string? type = null) =>
            Assert.True((await Get<ClassifyImages>().HandleAsync(team.Owner, new(project, [Named(name).Image], ImageSplit.Test, label, type), Ct)).Succeeded);
        await Label("1000 a.png", ImageLabel.Defective, "dent");
        await Label("c.png", ImageLabel.Normal);
        await Label("d.png", ImageLabel.Defective);
        Assert.True((await Get<GiveVerdict>().HandleAsync(team.Owner, new(Named("d.png").Id, ReviewDecision.Defect, "scratch", "Deep"), Ct)).Succeeded);
        var queries = new[]
        {
            "", "?verdict=defect", "?label=defective", "?type=dent", "?type=", "?mistake=falsepositive", "?mistake=falsenegative", "?review=unreviewed", "?review=defect",
            $"?reviewer={team.Owner.User}", "?min=0.4&max=1.5", "?from=2000-01-01&to=2000-01-02", "?from=2000-01-01", "?search=%25_A", "?verdict=defect&label=defective&review=defect&min=1",
        };
        var seen = new HashSet<string>();
        foreach (var text in queries)
        {
            var query = ResultQuery.Parse(text);
            var shown = (await Get<ListResults>().HandleAsync(team.Viewer, query.ToRequest(project, null) with { Order = ResultOrder.Name }, Ct)).Value.Items.Select(item => item.Name);
            var exported = await NamesAsync(program, team, project, new { format = "csv", verdict = Word(query.Verdict), label = Word(query.Label), filter = JsonSerializer.SerializeToNode(query.ToExport(), RestProgram.JsonOf(Host)) });
            Assert.True(shown.Order(StringComparer.Ordinal).SequenceEqual(exported.Order(StringComparer.Ordinal)), $"{text}: {string.Join(", ", shown)} / {string.Join(", ", exported)}");
            seen.Add(string.Join(',', exported));
        }

        // The filters do leave out different things.
        Assert.True(seen.Count >= 8, string.Join('\n', seen));
        var row = (await RowsAsync(program, team, project, new { format = "csv", filter = new { review = "defect" } }))[1].Split(',');
        Assert.Equal(["d.png", "3.5", "1", "2", "defect", "defective", "defect", "defect", "scratch", "Deep", "1"], new[] { 0, 1, 3, 4, 5, 6, 8, 9, 10, 13, 14 }.Select(i => row[i]));
    }

    [Fact]
    public async Task A_reviewer_who_is_nobody_here_and_a_filter_that_does_not_exist_are_refused()
    {
        var (program, _, project) = await ScoredAsync(("a.png", 0.5));
        await AssertProblemAsync(await SendAsync(program, project, new { format = "csv", filter = new { reviewedBy = Guid.NewGuid() } }), HttpStatusCode.Conflict, "export.reviewer");
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(program, project, new { format = "csv", filter = new { colour = "red" } })).StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient program, ProjectId project, object body) =>
        System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(program, $"/api/v1/projects/{project.Value}/exports", body, Ct);

    private async Task<List<string>> NamesAsync(HttpClient program, TeamAtWork team, ProjectId project, object body) =>
        [.. (await RowsAsync(program, team, project, body)).Skip(1).Select(row => row[..row.IndexOf(',', StringComparison.Ordinal)])];

    private async Task<List<string>> RowsAsync(HttpClient program, TeamAtWork team, ProjectId project, object body) =>
        [.. Encoding.UTF8.GetString((await ExportAsync(program, team, project, body))[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)];

    private static string? Word<T>(T? value)
        where T : struct, Enum => value is { } v ? v.ToString().ToLower(CultureInfo.InvariantCulture) : null;
}
