using System.Diagnostics.Metrics;
using System.Net;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Imaging;
using FewShotAD.Infrastructure.Telemetry;
using FewShotAD.Portal.Features.Annotate;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using FewShotAD.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Scoring;

/// <summary>One picture in, its score out: through HTTP, on the real scoring program with models that it has trained.</summary>
[Collection(nameof(ScoringCollection))]
public sealed class ScoreEndpointTests(ScoringHost host) : HttpTest(host)
{
    /// <summary>Relative: a map is stored as float16, and another number of images in a pass may round a value to the next one.</summary>
    private const double Float16Step = 1.0 / 1024;

    private readonly ScoringHost scoring = host;

    [Theory]
    [InlineData(DetectionMethod.PatchCore)]
    [InlineData(DetectionMethod.RegAd)]
    public async Task The_score_is_that_of_the_command_line_and_of_the_run(DetectionMethod method)
    {
        var (http, model, trained) = await ReadyAsync(method);
        foreach (var (id, picture) in trained.Pictures.Take(3))
        {
            var answer = await http.ScoreAsync(Of(model), picture, Ct);
            var folder = Directory.CreateDirectory(Path.Combine(scoring.Folder, Guid.NewGuid().ToString("N"))).FullName;
            Assert.Equal(await TrainingProgram.ScoreAsync(trained.Bundle, picture, folder), answer.Score);
            Assert.InRange(answer.Score / trained.Scores[id], 1 - Float16Step, 1 + Float16Step);
            Assert.Equal(model.Calibration.Judge(answer.Score).ToString().ToLowerInvariant(), answer.Verdict);
            Assert.Equal(model.Calibration.Scale(answer.Score), answer.ScaledScore);
        }
    }

    [Fact]
    public async Task The_answer_says_all_that_a_program_needs()
    {
        var (http, model, trained) = await ReadyAsync(DetectionMethod.RegAd);
        var answer = await http.ScoreAsync($"/api/v1/projects/{model.ProjectId.Value}:score", trained.Pictures["test1"], Ct);
        Assert.Equal(model.Id.Value, answer.Model.GetProperty("id").GetGuid());
        Assert.Equal(model.Version, answer.Model.GetProperty("version").GetInt32());
        Assert.Equal(model.Calibration.CertainlyGood, answer.Thresholds.GetProperty("t1").GetDouble());
        Assert.Equal(model.Calibration.CertainlyDefective, answer.Thresholds.GetProperty("t2").GetDouble());
        Assert.Equal(model.Calibration.PixelThreshold, answer.Thresholds.GetProperty("pixel").GetDouble());
        Assert.Equal((ScoringHost.Side, ScoringHost.Side), (answer.Width, answer.Height));
        Assert.True(answer.Seconds > 0);
        Assert.Null(answer.MapData);
        Assert.Null(answer.Kept);
        var map = AnomalyMapFile.Decode(await http.GetByteArrayAsync(answer.Map, Ct));
        Assert.Equal(ScoringHost.Side, map.Width);
        Assert.Equal(answer.Score, map.Map.Max());
        var heatmap = await http.GetAsync(answer.Heatmap, Ct);
        Assert.Equal("image/png", heatmap.Content.Headers.ContentType!.MediaType);
        Assert.True(heatmap.Headers.CacheControl!.Private);
        Assert.True(ImageDecoder.Decode(await heatmap.Content.ReadAsByteArrayAsync(Ct), DecodeLimits.Default, Ct).Succeeded);
        var whole = await http.ScoreAsync(Of(model) + "?include=map,heatmap", trained.Pictures["test1"], Ct);
        Assert.Equal(await http.GetByteArrayAsync(whole.Map, Ct), Convert.FromBase64String(whole.MapData!));
        Assert.Equal(await http.GetByteArrayAsync(whole.Heatmap, Ct), Convert.FromBase64String(whole.HeatmapData!));
    }

    [Fact]
    public async Task A_score_leaves_its_time_in_the_metrics_and_a_refusal_its_reason()
    {
        var (http, model, trained) = await ReadyAsync(DetectionMethod.PatchCore);
        using var measured = new Measured(scoring.Services.GetRequiredService<IMeterFactory>(), Instruments.Meter);
        var answer = await http.ScoreAsync(Of(model), trained.Pictures["test1"], Ct);
        Assert.Equal(answer.Seconds, Assert.Single(measured.Of("fewshotad.score.model.duration")).Value);
        Assert.InRange(Assert.Single(measured.Of("fewshotad.score.duration")).Value, answer.Seconds, double.MaxValue);
        Assert.Equal("fewshotad.score.use=request", Assert.Single(measured.TagsOf("fewshotad.score.images")));
        await LoseFileAsync(model);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.PostAsync(Of(model), trained.Pictures["test1"], "image/png", Ct)).StatusCode);
        Assert.Equal(["fewshotad.score.use=request", "fewshotad.score.use=request,error.type=model.file"], measured.TagsOf("fewshotad.score.duration"));
        Assert.Single(measured.Of("fewshotad.score.images"));
    }

    [Fact]
    public async Task A_projects_ignore_region_is_left_out_and_the_map_stays_whole()
    {
        var (http, model, trained) = await ReadyAsync(DetectionMethod.PatchCore);
        var actor = new Actor(model.TenantId, new UserId(Guid.NewGuid()), TeamRole.Engineer);
        var picture = trained.Pictures["test1"];
        var whole = await http.ScoreAsync(Of(model), picture, Ct);
        foreach (var share in new[] { 0.5, 1 })
        {
            var half = new Shape(ShapeTool.Box, ShapeLayer.Ignore, [0, 0, 100, 100 * share]);
            Assert.True((await Get<SaveProjectIgnore>().HandleAsync(actor, new(model.ProjectId, 100, 100, [half]), Ct)).Succeeded);
            var answer = await http.ScoreAsync(Of(model), picture, Ct);
            var (map, side, _) = AnomalyMapFile.Decode(await http.GetByteArrayAsync(answer.Map, Ct));
            Assert.Equal(whole.Score, map.Max());
            Assert.Equal(share == 1 ? 0 : map.Skip((int)(side * share) * side).Max(), answer.Score);
            Assert.Equal(model.Calibration.Judge(answer.Score).ToString().ToLowerInvariant(), answer.Verdict);
        }

        Assert.True((await Get<RemoveProjectIgnore>().HandleAsync(actor, model.ProjectId, Ct)).Succeeded);
        Assert.Equal(whole.Score, (await http.ScoreAsync(Of(model), picture, Ct)).Score);
    }

    [Fact]
    public async Task Nothing_is_stored_and_the_map_goes_after_some_minutes()
    {
        var (http, model, trained) = await ReadyAsync(DetectionMethod.PatchCore);
        var before = await CountsAsync(model);
        var answer = await http.ScoreAsync(Of(model), trained.Pictures["test0"], Ct);
        Assert.Equal(before, await CountsAsync(model));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(answer.Map, Ct)).StatusCode);
        Host.Time.Advance(TimeSpan.FromMinutes(11));
        await AssertProblemAsync(await http.GetAsync(answer.Map, Ct), HttpStatusCode.NotFound, "score.gone");
        await AssertProblemAsync(await http.GetAsync(answer.Heatmap, Ct), HttpStatusCode.NotFound, "score.gone");
    }

    [Fact]
    public async Task For_another_team_neither_the_model_nor_the_answer_exists()
    {
        var (http, model, trained) = await ReadyAsync(DetectionMethod.PatchCore);
        var answer = await http.ScoreAsync(Of(model), trained.Pictures["test0"], Ct);
        var (_, stranger) = await MemberAsync();
        using var theirs = await scoring.ProgramAsync(stranger, TeamPermissionRules.Scopes);
        await AssertProblemAsync(await theirs.PostAsync(Of(model), trained.Pictures["test0"], "image/png", Ct), HttpStatusCode.NotFound, "model.missing");
        await AssertProblemAsync(
            await theirs.PostAsync($"/api/v1/projects/{model.ProjectId.Value}:score", trained.Pictures["test0"], "image/png", Ct), HttpStatusCode.NotFound, "project.missing");
        await AssertProblemAsync(await theirs.GetAsync(answer.Map, Ct), HttpStatusCode.NotFound, "score.gone");
        await AssertProblemAsync(await theirs.GetAsync(answer.Heatmap, Ct), HttpStatusCode.NotFound, "score.gone");
        var project = await stranger.ProjectAsync();
        await AssertProblemAsync(
            await theirs.PostAsync($"/api/v1/projects/{project.Value}:score", trained.Pictures["test0"], "image/png", Ct), HttpStatusCode.Conflict, "project.model");
    }

    [Fact]
    public async Task The_scope_score_is_enough_and_reading_is_not()
    {
        var (_, model, trained) = await ReadyAsync(DetectionMethod.PatchCore);
        var team = teams[model.TenantId];
        using var scorer = await scoring.ProgramAsync(team, TeamPermissions.Score);
        var answer = await scorer.ScoreAsync(Of(model), trained.Pictures["test0"], Ct);
        Assert.Equal(HttpStatusCode.OK, (await scorer.GetAsync(answer.Map, Ct)).StatusCode);
        await AssertProblemAsync(await scorer.PostAsync(Of(model) + "?keep=true", trained.Pictures["test0"], "image/png", Ct), HttpStatusCode.Forbidden, "key.scope");
        using var reader = await scoring.ProgramAsync(team, TeamPermissions.Read | TeamPermissions.Review);
        await AssertProblemAsync(await reader.PostAsync(Of(model), trained.Pictures["test0"], "image/png", Ct), HttpStatusCode.Forbidden, "key.scope");
        await AssertProblemAsync(await reader.GetAsync(answer.Map, Ct), HttpStatusCode.Forbidden, "key.scope");
    }

    [Fact]
    public async Task A_picture_comes_as_body_or_form_and_anything_else_is_refused_with_a_reason()
    {
        var (http, model, trained) = await ReadyAsync(DetectionMethod.PatchCore);
        var picture = trained.Pictures["test0"];
        var expected = (await http.ScoreAsync(Of(model), picture, Ct)).Score;
        Assert.Contains(Number(expected), await OkAsync(await http.PostAsync(Of(model), picture, "application/octet-stream", Ct)), StringComparison.Ordinal);
        using (var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "file", "a.png" } })
            Assert.Contains(Number(expected), await OkAsync(await http.PostAsync(Of(model), form, Ct)), StringComparison.Ordinal);
        await AssertProblemAsync(await http.PostAsync(Of(model), picture, "text/plain", Ct), HttpStatusCode.UnsupportedMediaType, "score.type");
        await AssertProblemAsync(await http.PostAsync(Of(model), [], "image/png", Ct), HttpStatusCode.BadRequest, "image.empty");
        await AssertProblemAsync(await http.PostAsync(Of(model), "no image"u8.ToArray(), "image/png", Ct), HttpStatusCode.BadRequest, "image.content");
        await AssertProblemAsync(await http.PostAsync(Of(model), picture[..^40], "image/png", Ct), HttpStatusCode.BadRequest, "image.truncated");
        await AssertProblemAsync(await http.PostAsync(Of(model), DrawnPart.Png(1, false, 16), "image/png", Ct), HttpStatusCode.BadRequest, "image.small");
        await AssertProblemAsync(await http.PostAsync(Of(model) + "?include=soul", picture, "image/png", Ct), HttpStatusCode.BadRequest, "score.include");
        using var two = new MultipartFormDataContent { { new ByteArrayContent(picture), "file", "a.png" }, { new ByteArrayContent(picture), "file", "b.png" } };
        await AssertProblemAsync(await http.PostAsync(Of(model), two, Ct), HttpStatusCode.BadRequest, "score.file");
    }

    [Fact]
    public async Task What_is_kept_is_an_unassigned_image_with_a_result_however_often_it_is_sent()
    {
        var (http, model, trained) = await ReadyAsync(DetectionMethod.PatchCore);
        var first = await http.ScoreAsync(Of(model) + "?keep=true", trained.Pictures["test1"], Ct);
        var again = await http.ScoreAsync(Of(model) + "?keep=true", trained.Pictures["test1"], Ct);
        Assert.NotNull(first.Kept);
        Assert.Equal(first.Kept, again.Kept);
        Assert.Equal($"/api/v1/results/{first.Kept.Result}/map", first.Map);
        var map = AnomalyMapFile.Decode(await http.GetByteArrayAsync(first.Map, Ct));
        Assert.Equal(first.Score, map.Map.Max());
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(first.Heatmap, Ct)).StatusCode);
        await using var context = teams[model.TenantId].Open();
        var image = await context.Images.AsNoTracking().SingleAsync(i => i.Id == new ImageId(first.Kept.Image), Ct);
        Assert.Equal((ImageSplit.Unassigned, ImageLabel.Unknown, model.ProjectId), (image.Split, image.Label, image.ProjectId));
        var result = await context.Results.AsNoTracking().SingleAsync(r => r.ModelId == model.Id, Ct);
        Assert.Equal((first.Score, image.Id), (result.Score, result.ImageId));
    }

    [Fact]
    public async Task A_large_picture_is_scored_as_its_view_is()
    {
        var (http, model, _) = await ReadyAsync(DetectionMethod.PatchCore);
        var large = DrawnPart.Png(7, false, 2500);
        var answer = await http.ScoreAsync(Of(model), large, Ct);
        Assert.Equal((2048, 2048), (answer.Width, answer.Height));
        var kept = await http.ScoreAsync(Of(model) + "?keep=true", large, Ct);
        Assert.Equal(answer.Score, kept.Score);
        var view = await http.GetByteArrayAsync($"/api/v1/images/{kept.Kept!.Image}/view", Ct);
        Assert.Equal(answer.Score, (await http.ScoreAsync(Of(model), view, Ct)).Score);
    }

    private readonly Dictionary<TenantId, TeamAtWork> teams = [];

    private static string Of(TrainedModel model) => $"/api/v1/models/{model.Id.Value}:score";

    private static string Number(double score) => $"\"score\":{score.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}";

    private static async Task<string> OkAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Ct);
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return text;
    }

    private async Task<(HttpClient Http, TrainedModel Model, Trained Trained)> ReadyAsync(DetectionMethod method)
    {
        var (_, team) = await MemberAsync();
        teams[team.Tenant] = team;
        return (await scoring.ProgramAsync(team, TeamPermissionRules.Scopes), await scoring.GiveAsync(team, method), scoring.Models[method]);
    }

    private async Task LoseFileAsync(TrainedModel model)
    {
        await using var context = teams[model.TenantId].Open();
        var row = await context.Models.SingleAsync(m => m.Id == model.Id, Ct);
        row.Rewrite(BlobKey.For(model.TenantId, BlobKind.Model, new string('a', 64)), 1, row.DataHash, row.Calibration);
        await context.SaveChangesAsync(Ct);
    }

    private async Task<(int Images, int Results)> CountsAsync(TrainedModel model)
    {
        await using var context = teams[model.TenantId].Open();
        return (await context.Images.CountAsync(Ct), await context.Results.CountAsync(Ct));
    }
}
