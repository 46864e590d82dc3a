using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Features.Scoring;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Scoring;

/// <summary>Images of a project, scored in the background by way of the real queue and the real scoring program.</summary>
[Collection(nameof(ScoringCollection))]
public sealed class ScoreBatchTests(ScoringHost host) : HttpTest(host)
{
    private readonly ScoringHost scoring = host;

    [Fact]
    public async Task A_batch_makes_result_rows_as_a_run_does_and_may_be_started_twice()
    {
        var (http, team, model) = await ReadyAsync();
        var pictures = scoring.Models[DetectionMethod.PatchCore].Pictures;
        var images = new Dictionary<string, ImageId>();
        foreach (var (id, png) in pictures)
            images[id] = (await team.TryUploadAsync(model.ProjectId, $"{id}.png", png)).Value.Image;

        var batch = await StartAsync(http, model, new { filter = new { split = "unassigned" } });
        Assert.Equal(pictures.Count, batch.GetProperty("total").GetInt32());
        var done = await UntilOverAsync(http, batch);
        Assert.Equal("succeeded", done.GetProperty("status").GetString());
        Assert.Equal((pictures.Count, 0), (done.GetProperty("scored").GetInt32(), done.GetProperty("skipped").GetInt32()));
        var first = await ResultsAsync(team, model);
        foreach (var (id, png) in pictures)
        {
            Assert.Equal((await http.ScoreAsync($"/api/v1/models/{model.Id.Value}:score", png, Ct)).Score, first[images[id]].Score);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"/api/v1/results/{first[images[id]].Id.Value}/heatmap.png", Ct)).StatusCode);
        }

        await UntilOverAsync(http, await StartAsync(http, model, new { images = images.Values.Select(id => id.Value) }));
        var second = await ResultsAsync(team, model);
        Assert.Equal(first.ToDictionary(r => r.Key, r => (r.Value.Id, r.Value.Score)), second.ToDictionary(r => r.Key, r => (r.Value.Id, r.Value.Score)));
        await AssertProblemAsync(
            await http.PostAsJsonAsync(Of(model), new { filter = new { split = "unassigned", unscored = true } }, Ct), HttpStatusCode.BadRequest, "batch.empty");
    }

    [Fact]
    public async Task A_batch_whose_node_died_goes_on_and_skips_what_is_gone()
    {
        var (http, team, model) = await ReadyAsync();
        var kept = (await team.TryUploadAsync(model.ProjectId, "kept.png", DrawnPart.Png(1, false, 64))).Value.Image;
        var gone = new ImageId(Guid.NewGuid());
        var batch = ScoringBatch.Queue(model, [gone, kept], team.Owner.User, Host.Time.Now).Value;
        Assert.True(batch.Claim("a node that died", Host.Time.Now).Succeeded);
        Assert.True(batch.Advance(batch.Attempt, 0, 1, Host.Time.Now).Succeeded);
        await using (var context = team.Open())
        {
            context.ScoringBatches.Add(batch);
            await context.SaveChangesAsync(Ct);
        }

        // Recovery looks every ten seconds.
        Host.Time.Advance(TimeSpan.FromMinutes(1));
        var done = await UntilOverAsync(http, batch.Id.Value);
        Assert.Equal(("succeeded", 1, 1), (done.GetProperty("status").GetString(), done.GetProperty("scored").GetInt32(), done.GetProperty("skipped").GetInt32()));
        Assert.Equal(kept, Assert.Single(await ResultsAsync(team, model)).Key);
    }

    [Fact]
    public async Task A_cancelled_batch_stops_and_a_stranger_sees_nothing_of_it()
    {
        var (http, team, model) = await ReadyAsync();
        var rows = await team.RowsAsync(model.ProjectId, [.. Enumerable.Range(0, 300).Select(i => ($"row{i}", ImageSplit.Test, ImageLabel.Unknown))]);
        var (_, stranger) = await MemberAsync();
        using var theirs = await scoring.ProgramAsync(stranger, TeamPermissionRules.Scopes);
        await AssertProblemAsync(await theirs.PostAsJsonAsync(Of(model), new { filter = new { } }, Ct), HttpStatusCode.NotFound, "model.missing");
        var batch = await StartAsync(http, model, new { images = rows.Select(row => row.Id.Value) });
        var address = $"/api/v1/score-batches/{batch.GetProperty("id").GetGuid()}";
        await AssertProblemAsync(await theirs.GetAsync(address, Ct), HttpStatusCode.NotFound, "batch.missing");
        await AssertProblemAsync(await theirs.PostAsync(address + ":cancel", null, Ct), HttpStatusCode.NotFound, "batch.missing");
        Assert.Equal(HttpStatusCode.OK, (await http.PostAsync(address + ":cancel", null, Ct)).StatusCode);
        var over = await UntilOverAsync(http, batch);
        Assert.Equal("cancelled", over.GetProperty("status").GetString());
        await AssertProblemAsync(await http.PostAsync(address + ":cancel", null, Ct), HttpStatusCode.Conflict, "batch.over");
    }

    [Fact]
    public async Task The_list_has_each_batch_once_and_what_is_left_to_score_is_counted()
    {
        var (http, team, model) = await ReadyAsync();
        var first = await team.UploadAsync(model.ProjectId, "test/good/000.png");
        Assert.Equal(1, (await Get<CountUnscored>().HandleAsync(team.Viewer, model.Id, Ct)).Value);
        var started = new List<Guid>();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            var batch = await StartAsync(http, model, new { images = new[] { first.Value } });
            started.Add(batch.GetProperty("id").GetGuid());
            await UntilOverAsync(http, batch);
        }

        Assert.Equal(0, (await Get<CountUnscored>().HandleAsync(team.Viewer, model.Id, Ct)).Value);
        var (found, cursor) = (new List<Guid>(), (string?)"");
        while (cursor is not null)
        {
            var page = await http.GetFromJsonAsync<JsonElement>($"/api/v1/projects/{model.ProjectId.Value}/score-batches?limit=2&cursor={cursor}", Ct);
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()));
            cursor = page.GetProperty("next").GetString();
        }

        // Their times may be equal here: the clock of the tests stands still.
        Assert.Equal(started.Order(), found.Order());
    }

    [Fact]
    public async Task What_cannot_be_a_batch_is_refused_with_a_reason()
    {
        var (http, team, model) = await ReadyAsync();
        await AssertProblemAsync(await http.PostAsJsonAsync(Of(model), new { }, Ct), HttpStatusCode.BadRequest, "batch.choice");
        await AssertProblemAsync(await http.PostAsJsonAsync(Of(model), new { images = Array.Empty<Guid>() }, Ct), HttpStatusCode.BadRequest, "batch.empty");
        await AssertProblemAsync(await http.PostAsJsonAsync(Of(model), new { images = new[] { Guid.NewGuid() } }, Ct), HttpStatusCode.NotFound, "image.missing");
        await AssertProblemAsync(await http.PostAsJsonAsync(Of(model), new { filter = new { soul = true } }, Ct), HttpStatusCode.BadRequest, "request.unreadable");
        var other = await team.UploadAsync(await team.ProjectAsync(), "other.png");
        await AssertProblemAsync(await http.PostAsJsonAsync(Of(model), new { images = new[] { other.Value } }, Ct), HttpStatusCode.NotFound, "image.missing");
        using var scorer = await scoring.ProgramAsync(team, TeamPermissions.Score | TeamPermissions.Read);
        await AssertProblemAsync(await scorer.PostAsJsonAsync(Of(model), new { filter = new { } }, Ct), HttpStatusCode.Forbidden, "key.scope");
    }

    private static string Of(TrainedModel model) => $"/api/v1/models/{model.Id.Value}:score-batch";

    private static async Task<JsonElement> StartAsync(HttpClient http, TrainedModel model, object wanted)
    {
        var response = await http.PostAsJsonAsync(Of(model), wanted, Ct);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync(Ct));
        var batch = await response.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.EndsWith($"/score-batches/{batch.GetProperty("id").GetGuid()}", response.Headers.Location!.ToString(), StringComparison.Ordinal);
        return batch;
    }

    private static Task<JsonElement> UntilOverAsync(HttpClient http, JsonElement batch) => UntilOverAsync(http, batch.GetProperty("id").GetGuid());

    private static async Task<JsonElement> UntilOverAsync(HttpClient http, Guid id)
    {
        for (var i = 0; i < 600; i++)
        {
            var batch = await http.GetFromJsonAsync<JsonElement>($"/api/v1/score-batches/{id}", Ct);
            if (batch.GetProperty("endedAt").ValueKind != JsonValueKind.Null)
                return batch;
            await Task.Delay(100, Ct);
        }

        throw new TimeoutException("The batch does not end.");
    }

    private static async Task<Dictionary<ImageId, ScoredImage>> ResultsAsync(TeamAtWork team, TrainedModel model)
    {
        await using var context = team.Open();
        return await context.Results.AsNoTracking().Where(r => r.ModelId == model.Id).ToDictionaryAsync(r => r.ImageId, Ct);
    }

    private async Task<(HttpClient Http, TeamAtWork Team, TrainedModel Model)> ReadyAsync()
    {
        var (_, team) = await MemberAsync();
        return (await scoring.ProgramAsync(team, TeamPermissionRules.Scopes), team, await scoring.GiveAsync(team, DetectionMethod.PatchCore));
    }
}
