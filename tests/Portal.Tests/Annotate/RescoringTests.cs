using System.Net;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Annotate;

/// <summary>Scores that are there follow ignore regions, from their stored maps.</summary>
public sealed class RescoringTests(PortalHost host) : HttpTest(host)
{
    private const int Side = 16;

    /// <summary>The hottest pixel of every map, at the lower right.</summary>
    private const float Hot = 9.5f;

    [Theory]
    [InlineData(DetectionMethod.RegAd)]
    [InlineData(DetectionMethod.UniAd)]
    public async Task An_images_own_region_changes_its_scores_at_once_and_taking_it_away_restores_them(DetectionMethod method)
    {
        var (program, team) = await ProgramAsync();
        var (project, results) = await ScoredAsync(team, 2, method);
        var (result, address) = (results[0], $"images/{results[0].ImageId.Value}/annotation");
        var before = await program.GetAsync<RestResult>($"results/{result.Id.Value}");
        Assert.Null(before.FullScore);

        var corner = new { tool = "box", layer = "ignore", points = new[] { Picture.Width * 0.75, Picture.Height * 0.75, Picture.Width, Picture.Height } };
        Assert.Equal(HttpStatusCode.OK, (await program.SendAsync(HttpMethod.Put, address, new { shapes = new[] { corner } })).StatusCode);
        var left = await program.GetAsync<RestResult>($"results/{result.Id.Value}");
        Assert.Equal(before.Score, left.FullScore);
        Assert.True(left.Score < before.Score);
        Assert.Equal(before.ScoredAt, left.ScoredAt);
        Assert.Equal(results[1].Score, (await program.GetAsync<RestResult>($"results/{results[1].Id.Value}")).Score);

        var all = new { tool = "box", layer = "ignore", points = new[] { 0.0, 0, Picture.Width, Picture.Height } };
        await program.SendAsync(HttpMethod.Put, address, new { shapes = new[] { all } });
        var nothing = await program.GetAsync<RestResult>($"results/{result.Id.Value}");
        Assert.Equal((0, Verdict.Normal, before.Score), (nothing.Score, nothing.Verdict, nothing.FullScore));

        await program.SendAsync(HttpMethod.Put, address, new { shapes = Array.Empty<object>() });
        Assert.Equal(before, (await program.GetAsync<RestResult>($"results/{result.Id.Value}")));
        Assert.NotEqual(default, project);
    }

    [Fact]
    public async Task A_projects_region_is_followed_in_the_background_in_steps_is_stopped_and_goes_on()
    {
        var (program, team) = await ProgramAsync();
        var (project, results) = await ScoredAsync(team, (2 * Rescoring.PageSize) + 30, DetectionMethod.RegAd);
        var rescoring = Host.Services.GetRequiredService<Rescoring>();
        var address = $"projects/{project.Value}/ignore";
        // Drawn on a picture of twice the size: it lies at the same share of the others.
        var region = new { width = 2 * Picture.Width, height = 2 * Picture.Height, shapes = new[] { new { tool = "box", layer = "ignore", points = new[] { 0.0, Picture.Height, 2 * Picture.Width, 2 * Picture.Height } } } };
        var put = await program.SendAsync(HttpMethod.Put, address, region);
        Assert.True((await ReadAsync<RestProjectIgnore>(put)).HasRegion);
        Assert.Equal(new RestRescoring(RescoringState.Running, 0, results.Count), await ProgressAsync());

        Assert.True(await rescoring.StepAsync(team.Tenant, project, Ct));
        Assert.Equal(new RestRescoring(RescoringState.Running, Rescoring.PageSize, results.Count), await ProgressAsync());
        Assert.Equal(RescoringState.Stopped, (await ReadAsync<RestRescoring>(await program.PostAsync($"{address}:stop"))).State);
        Assert.False(await rescoring.StepAsync(team.Tenant, project, Ct));
        Assert.Equal(Rescoring.PageSize, await LeftAsync(team));
        await AssertProblemAsync(await program.PostAsync($"{address}:stop"), HttpStatusCode.Conflict, "ignore.idle");

        // Saved again, also with its tag, it goes on; what was done is not done twice.
        Assert.Equal(HttpStatusCode.OK, (await program.SendAsync(HttpMethod.Put, address, region, ifMatch: put.Headers.ETag!.ToString())).StatusCode);
        await ToTheEndAsync();
        Assert.Equal(results.Count, await LeftAsync(team));
        Assert.Equal(new RestRescoring(RescoringState.Idle, results.Count, results.Count), await ProgressAsync());
        var idle = await ProgressAsync();
        await program.SendAsync(HttpMethod.Put, address, region);
        Assert.Equal(idle, await ProgressAsync());
        await using (var context = team.Open())
        {
            var rows = await context.Results.AsNoTracking().ToListAsync(Ct);
            Assert.All(rows, row => Assert.True(row.Score < Hot && row.FullScore == Hot));
        }

        var stale = (await program.GetAsync(address)).Headers.ETag!.ToString();
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, address, ifMatch: stale)).StatusCode);
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Delete, address, ifMatch: stale), HttpStatusCode.PreconditionFailed, "ignore.changed");
        await ToTheEndAsync();
        await using (var context = team.Open())
        {
            var rows = await context.Results.AsNoTracking().ToDictionaryAsync(r => r.Id, Ct);
            Assert.All(results, before => Assert.Equal((before.Score, null, null), (rows[before.Id].Score, rows[before.Id].FullScore, rows[before.Id].IgnoreMark)));
        }

        Task<RestRescoring> ProgressAsync() => program.GetAsync<RestRescoring>($"{address}/rescoring");
        async Task ToTheEndAsync()
        {
            while (await rescoring.StepAsync(team.Tenant, project, Ct))
            {
            }
        }
    }

    [Fact]
    public async Task A_region_that_changed_while_an_image_was_scored_is_seen_by_whoever_writes_the_score()
    {
        var (program, team) = await ProgramAsync();
        var (project, results) = await ScoredAsync(team, 1, DetectionMethod.RegAd);
        var shape = new { tool = "brush", layer = "ignore", points = new[] { 40.0, 36 }, radius = 9 };
        await program.SendAsync(HttpMethod.Put, $"images/{results[0].ImageId.Value}/annotation", new { shapes = new[] { shape } });
        var honoured = await RowAsync(team, results[0].Id);
        // A worker that was given the image before anybody drew.
        await ScoredRows.WriteAsync(
            Host.Db, team.Tenant, results[0].ModelId, [new NewScore(results[0].ImageId, results[0].Score, results[0].Map, results[0].Heatmap)], Host.Time.Now, Ct);
        Assert.Null((await RowAsync(team, results[0].Id)).IgnoreMark);
        var rescoring = Host.Services.GetRequiredService<Rescoring>();
        while (await rescoring.StepAsync(team.Tenant, project, Ct))
        {
        }

        var row = await RowAsync(team, results[0].Id);
        Assert.Equal((honoured.Score, honoured.FullScore, honoured.IgnoreMark), (row.Score, row.FullScore, row.IgnoreMark));
    }

    private static async Task<ScoredImage> RowAsync(TeamAtWork team, ResultId id)
    {
        await using var context = team.Open();
        return await context.Results.AsNoTracking().SingleAsync(r => r.Id == id, Ct);
    }

    private static async Task<int> LeftAsync(TeamAtWork team)
    {
        await using var context = team.Open();
        return await context.Results.CountAsync(r => r.FullScore != null, Ct);
    }

    private static async Task<(ProjectId Project, List<ScoredImage> Results)> ScoredAsync(TeamAtWork team, int count, DetectionMethod method)
    {
        var project = await team.ProjectAsync();
        await team.ShotsAsync(project, 2);
        var recipe = TrainingRecipe.For(TrainingPreset.Quick, method) with { Shots = 2 };
        var run = await team.RunAsync(project, recipe);
        var first = await team.UploadAsync(project, "test/good/000.png");
        var images = new List<InspectionImage> { await team.ImageAsync(first) };
        images.AddRange(await team.RowsAsync(project, [.. Enumerable.Range(1, count - 1).Select(i => ($"test/good/{i:000}.png", ImageSplit.Test, ImageLabel.Unknown))]));
        var values = Enumerable.Range(0, Side * Side).Select(i => i / 64f).ToArray();
        values[^1] = Hot;
        var map = AnomalyMapFile.Encode(values, Side, Side);
        var score = ScoreReduction.Of(AnomalyMapFile.Decode(map).Map, Side, ScoreReduction.WindowOf(method), null);
        var (_, results) = await team.ModelAsync(project, run, [.. images.Select(image => (image, score))], map);
        return (project, results);
    }
}
