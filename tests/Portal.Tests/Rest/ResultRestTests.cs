using System.Net;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;

namespace FewShotAD.Portal.Tests.Rest;

public sealed class ResultRestTests(PortalHost host) : HttpTest(host)
{
    [Theory]
    [InlineData("scoreDescending")]
    [InlineData("scoreAscending")]
    [InlineData("name")]
    [InlineData("newest")]
    [InlineData("oldest")]
    [InlineData("nearest")]
    public async Task Every_order_gives_every_result_once_though_scores_are_equal(string order)
    {
        var (program, _, results) = await ScoredAsync();
        var (items, pages) = await program.AllAsync<RestResult>($"{results}?order={order}", limit: 5);
        Assert.Equal((22, 22, 5), (items.Count, items.Select(i => i.Id).Distinct().Count(), pages));
        var scores = items.Select(i => i.Score).ToList();
        if (order == "scoreDescending")
            Assert.Equal(scores.OrderDescending(), scores);
        if (order == "scoreAscending")
            Assert.Equal(scores.Order(), scores);
    }

    [Fact]
    public async Task Filters_follow_the_models_line()
    {
        var (program, _, results) = await ScoredAsync();
        foreach (var verdict in Enum.GetValues<Verdict>())
        {
            var items = (await program.AllAsync<RestResult>($"{results}?verdict={verdict}", 100)).Items;
            Assert.NotEmpty(items);
            Assert.All(items, i => Assert.Equal((verdict, TeamAtWork.Line.Judge(i.Score)), (i.Verdict, i.Verdict)));
        }

        Assert.All((await program.AllAsync<RestResult>($"{results}?minScore=1&maxScore=2", 100)).Items, i => Assert.InRange(i.Score, 1, 2));
        Assert.All((await program.AllAsync<RestResult>($"{results}?label=defective", 100)).Items, i => Assert.Equal(ImageLabel.Defective, i.Label));
        // Scores go 0, 0.5, 1, 1.5, 2 and every fourth image is defective: of four called defects three are good, of 14 called normal three are not.
        async Task<int> CountAsync(string filter) => (await program.AllAsync<RestResult>($"{results}?{filter}", 100)).Items.Count;
        Assert.Equal((3, 4), (await CountAsync("mistake=falsePositive"), await CountAsync("mistake=falseNegative")));
        Assert.Equal((6, 0, 6), (await CountAsync("defectType="), await CountAsync("defectType=dent"), await CountAsync("label=defective")));
        Assert.Equal((22, 0), (await CountAsync("review=unreviewed"), await CountAsync("review=inReview")));
        Assert.Equal((11, 0, 0), (await CountAsync("search=SAME%201"), await CountAsync("search=%25"), await CountAsync($"reviewedBy={Guid.NewGuid()}")));
        await AssertProblemAsync(await program.GetAsync($"{results}?mistake=any"), HttpStatusCode.BadRequest, "request.choice");
        var now = Uri.EscapeDataString(Host.Time.Now.AddDays(1).ToString("O"));
        Assert.Empty((await program.AllAsync<RestResult>($"{results}?from={now}", 100)).Items);
        Assert.Equal(22, (await program.AllAsync<RestResult>($"{results}?to={now}", 100)).Items.Count);
        var next = (await program.GetAsync<Api.Rest.RestPage<RestResult>>($"{results}?limit=1")).Next;
        await AssertProblemAsync(await program.GetAsync($"{results}?order=name&cursor={next}"), HttpStatusCode.BadRequest, "page.cursor");
        await AssertProblemAsync(await program.GetAsync($"{results}?model={Guid.NewGuid()}&cursor={next}"), HttpStatusCode.BadRequest, "page.cursor");
    }

    [Fact]
    public async Task A_list_goes_on_with_the_model_it_began_with()
    {
        var (program, team) = await ProgramAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        var images = await team.RowsAsync(keys.Project, [.. Enumerable.Range(0, 4).Select(i => ($"x{i}.png", ImageSplit.Test, ImageLabel.Unknown))]);
        var (second, _) = await team.ModelAsync(keys.Project, await team.RunAsync(keys.Project), [.. images.Select((image, i) => (image, (double)i))]);
        var results = $"projects/{keys.Project.Value}/results";
        var first = await program.GetAsync<Api.Rest.RestPage<RestResult>>($"{results}?limit=2");
        await program.PostAsync($"models/{keys.Model.Value}:publish");
        var rest = await program.GetAsync<Api.Rest.RestPage<RestResult>>($"{results}?limit=2&cursor={first.Next}");
        Assert.All(rest.Items, i => Assert.Equal(second.Id.Value, i.ModelId));
        Assert.Equal([3.0, 2, 1, 0], first.Items.Concat(rest.Items).Select(i => i.Score));
    }

    [Fact]
    public async Task A_result_says_all_that_is_needed_to_show_it()
    {
        var (program, team) = await ProgramAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        var result = await program.GetAsync<RestResult>($"results/{keys.Result.Value}");
        Assert.Equal((1.5, TeamAtWork.Line.Scale(1.5), Verdict.Uncertain, "scratch", 1), (result.Score, result.ScaledScore, result.Verdict, result.DefectType, result.ModelVersion));
        Assert.Equal((new ResultThresholds(1, 2), null), (result.Thresholds, result.Review));
        foreach (var link in new[] { result.Links.Heatmap, result.Links.Map, result.Links.Image, result.Links.Review })
            Assert.Equal(HttpStatusCode.OK, (await program.GetAsync(link)).StatusCode);
    }

    [Fact]
    public async Task Verdicts_are_added_and_the_newest_counts()
    {
        var (program, team) = await ProgramAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        var verdicts = $"results/{keys.Result.Value}/verdicts";
        var given = await program.PostAsync(verdicts, new { verdict = "defect", defectType = "dent" });
        Assert.Equal(HttpStatusCode.Created, given.StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await program.PostAsync(verdicts, new { verdict = "unsure", comment = " blurred " })).StatusCode);
        var history = (await program.AllAsync<RestReviewVerdict>(verdicts, 1)).Items;
        Assert.Equal([(2, ReviewDecision.Unsure, "blurred"), (1, ReviewDecision.Defect, null)], history.Select(v => (v.Number, v.Verdict, v.Comment)));
        Assert.Equal(team.Owner.User.Value, history[0].GivenBy);
        Assert.Equal(ReviewDecision.Unsure, (await program.GetAsync<RestResult>($"results/{keys.Result.Value}")).Review!.Verdict);
        Assert.Equal(2, Assert.Single((await program.AllAsync<RestResult>($"projects/{keys.Project.Value}/results", 5)).Items).Review!.Number);
    }

    [Theory]
    [InlineData(5.0, "normal", true)]
    [InlineData(5.0, "defect", false)]
    [InlineData(5.0, "unsure", false)]
    [InlineData(1.5, "normal", false)]
    [InlineData(1.5, "defect", false)]
    [InlineData(0.5, "defect", true)]
    [InlineData(0.5, "normal", false)]
    public async Task Overruling_a_clear_judgement_needs_a_comment(double score, string verdict, bool needed)
    {
        var (program, team) = await ProgramAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        var (_, results) = await team.ModelAsync(keys.Project, await team.RunAsync(keys.Project), [(await team.ImageAsync(keys.Image), score)]);
        var verdicts = $"results/{results[0].Id.Value}/verdicts";
        var silent = await program.PostAsync(verdicts, new { verdict, comment = "  " });
        if (needed)
            await AssertProblemAsync(silent, HttpStatusCode.BadRequest, "verdict.comment");
        else
            Assert.Equal(HttpStatusCode.Created, silent.StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await program.PostAsync(verdicts, new { verdict, comment = "Dust, not a scratch" })).StatusCode);
        await AssertProblemAsync(await program.PostAsync(verdicts, new { verdict, comment = new string('x', 2_001) }), HttpStatusCode.BadRequest, "verdict.comment.long");
    }

    [Fact]
    public async Task Verdicts_given_at_once_are_all_kept()
    {
        var (program, team) = await ProgramAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        var verdicts = $"results/{keys.Result.Value}/verdicts";
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => program.PostAsync(verdicts, new { verdict = "unsure" })));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Created, a.StatusCode));
        Assert.Equal([4, 3, 2, 1], (await program.AllAsync<RestReviewVerdict>(verdicts, 10)).Items.Select(v => v.Number));
    }

    [Fact]
    public async Task Who_reviews_needs_the_scope()
    {
        var (_, team) = await ProgramAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        var reader = await ProgramAsync(team, TeamPermissions.Read | TeamPermissions.Write);
        await AssertProblemAsync(await reader.PostAsync($"results/{keys.Result.Value}/verdicts", new { verdict = "unsure" }), HttpStatusCode.Forbidden, "key.scope");
        var reviewer = await ProgramAsync(team, TeamPermissions.Review);
        Assert.Equal(HttpStatusCode.Created, (await reviewer.PostAsync($"results/{keys.Result.Value}/verdicts", new { verdict = "unsure" })).StatusCode);
    }

    /// <summary>Twenty-two results of one model, many with the same score.</summary>
    private async Task<(RestProgram Program, TeamAtWork Team, string Results)> ScoredAsync()
    {
        var (program, team) = await ProgramAsync();
        var project = await team.ProjectAsync();
        await team.ShotsAsync(project, 2);
        var images = await team.RowsAsync(
            project, [.. Enumerable.Range(0, 22).Select(i => ($"same {i % 2}.png", ImageSplit.Test, i % 4 == 0 ? ImageLabel.Defective : ImageLabel.Normal))]);
        await team.ModelAsync(project, await team.RunAsync(project), [.. images.Select((image, i) => (image, i % 5 * 0.5))]);
        return (program, team, $"projects/{project.Value}/results");
    }
}
