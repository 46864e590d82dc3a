using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Tests.Scoring;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Bundles;

[Collection(nameof(ScoringCollection))]
public sealed class BundleTests(ScoringHost host) : BundleTest(host)
{
    [Fact]
    public async Task A_bundle_has_model_manifest_and_golden_images_and_is_the_same_twice()
    {
        var (http, team, model) = await ReadyAsync();
        await ScoreTestImagesAsync(team, model);
        var bundle = await DownloadAsync(http, model);
        Assert.Equal(bundle, await DownloadAsync(http, model));
        var (files, manifest) = (Unzip(bundle), ManifestOf(bundle));
        Assert.Equal(manifest.Entries.Select(e => e.Path).Append(PortableFile.Manifest).Order(), files.Keys.Order());
        Assert.All(manifest.Entries, entry => Assert.Equal((entry.Bytes, entry.Sha256), (files[entry.Path].Length, Convert.ToHexStringLower(SHA256.HashData(files[entry.Path])))));
        Assert.Equal(model.Bundle.Sha256, manifest.Entries.Single(e => e.Path == PortableFile.Model).Sha256);
        Assert.Equal((model.Version, model.Fitted, model.Calibration.Thresholds()), (manifest.Version, manifest.Fitted, manifest.Line));
        Assert.Equal(["test0.png", "test1.png", "test2.png", "test3.png"], manifest.Golden.Select(g => g.Name).Order());
        Assert.Equal(manifest.Golden.Select(g => g.Score).Order(), manifest.Golden.Select(g => g.Score));
        Assert.Equal(Scoring.Models[DetectionMethod.PatchCore].Recipe, manifest.Recipe);
        Assert.Equal(2, manifest.Support.Count(shot => shot.Sha256 is not null));
        await using var context = team.Open();
        Assert.Equal(2, await context.Audit.CountAsync(e => e.Action == "model.download", Ct));
    }

    [Fact]
    public async Task An_imported_version_says_where_it_comes_from_keeps_the_line_and_is_not_published()
    {
        var (http, team, model) = await ReadyAsync();
        await MoveAndMeasureAsync(team, model);
        var bundle = await DownloadAsync(http, model);
        var project = await team.ProjectAsync();
        var view = await ImportAsync(http, team, project, bundle);
        Assert.True(view.GetProperty("status").GetString() == "succeeded", view.ToString());
        Assert.Equal(1, view.GetProperty("counts").GetProperty("models").GetInt32());
        var made = Assert.Single(await ModelsAsync(team, project));
        var from = made.Origin!.Imported!;
        Assert.Equal((1, Convert.ToHexStringLower(SHA256.HashData(bundle)), model.Version, true), (made.Version, from.Sha256, from.Version, from.SameBits));
        Assert.Equal((model.Bundle.Sha256, model.Fitted.CertainlyDefective + 3, model.Fitted, 0.75), (made.Bundle.Sha256, made.Calibration.CertainlyDefective, made.Fitted, made.Metrics!.ImageAuroc));
        var rest = await JsonAsync(await http.GetAsync($"/api/v1/models/{made.Id.Value}", Ct));
        Assert.False(rest.GetProperty("isPublished").GetBoolean());
        Assert.Equal(from.Project, rest.GetProperty("imported").GetProperty("project").GetString());

        // Again, it is the version that it is; and it leaves and comes in elsewhere just as well.
        var again = await ImportAsync(http, team, project, bundle);
        Assert.Contains("it is version 1", again.GetProperty("failureReason").GetString(), StringComparison.Ordinal);
        Assert.Single(await ModelsAsync(team, project));
        await using var context = team.Open();
        Assert.Equal(made.BundleBytes, (await Infrastructure.Quotas.TeamQuotas.UsageAsync(context, Ct)).Bytes - await context.Images.SumAsync(i => i.Bytes, Ct));
        Assert.Equal(1, await context.Audit.CountAsync(e => e.Action == "model.import", Ct));
    }

    [Theory]
    [InlineData("score")]
    [InlineData("grid")]
    public async Task Golden_scores_that_do_not_come_out_refuse_the_bundle_and_are_named(string what)
    {
        var (http, team, model) = await ReadyAsync();
        var bundle = await DownloadAsync(http, model);
        var golden = ManifestOf(bundle).Golden[1];
        var forged = await ForgeManifestAsync(bundle, manifest =>
        {
            var image = manifest["golden"]![1]!;
            if (what == "score")
                image["score"] = golden.Score * 1.1;
            else
                image["map"]!["grid"]![5] = golden.Map.Grid[5] + golden.Map.Max;
        });
        var project = await team.ProjectAsync();
        var view = await ImportAsync(http, team, project, forged);
        Assert.Equal("failed", view.GetProperty("status").GetString());
        var reason = view.GetProperty("failureReason").GetString()!;
        Assert.Contains($"“{golden.Name}”", reason, StringComparison.Ordinal);
        Assert.Contains(what == "score" ? (golden.Score * 1.1).ToString("G6", System.Globalization.CultureInfo.InvariantCulture) : "field 1, 6 of the map", reason, StringComparison.Ordinal);
        Assert.Empty(await ModelsAsync(team, project));
    }

    [Fact]
    public async Task A_cancelled_import_leaves_no_version()
    {
        var (http, team, model) = await ReadyAsync();
        var bundle = await DownloadAsync(http, model);
        var project = await team.ProjectAsync();
        var id = (await JsonAsync(await SendAsync(http, project, bundle))).GetProperty("id").GetGuid();
        Assert.Equal(HttpStatusCode.OK, (await http.PostAsync($"/api/v1/imports/{id}:cancel", null, Ct)).StatusCode);
        await Host.WorkAsync(team.Tenant, new Domain.Common.TransferId(id), Ct);
        Assert.Empty(await ModelsAsync(team, project));
        await using var context = team.Open();
        Assert.Null((await context.Transfers.SingleAsync(t => t.Id == new Domain.Common.TransferId(id), Ct)).Source);
    }

    [Fact]
    public async Task A_version_is_made_again_by_a_run_with_its_snapshot_and_the_registry_says_what_came_out()
    {
        var (http, team, model) = await ReadyAsync();
        var results = await ScoreTestImagesAsync(team, model);
        await team.WorkAsync(model.RunId, run => { _ = run.Claim("node", Host.Time.Now); return run.Succeed(Host.Time.Now); });
        var response = await http.PostAsync($"/api/v1/models/{model.Id.Value}:reproduce", System.Net.Http.Json.JsonContent.Create(new { why = "Before the audit" }), Ct);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync(Ct));
        var said = await JsonAsync(response);
        var before = await team.RunAsync(model.RunId);
        var run = await team.RunAsync(new Domain.Common.RunId(said.GetProperty("id").GetGuid()));
        Assert.Equal((before.Recipe, 1, "Before the audit"), (run.Recipe, run.Reproduces!.Version, run.Reproduces.Why));
        Assert.Equal(before.Snapshot.Support, run.Snapshot.Support);
        Assert.Equal(results.Select(r => r.ImageId).ToHashSet(), run.Snapshot.Test.ToHashSet());
        Assert.Equal(HttpStatusCode.Conflict, (await http.PostAsync($"/api/v1/models/{model.Id.Value}:reproduce", System.Net.Http.Json.JsonContent.Create(new { }), Ct)).StatusCode);

        // As its worker records it: the first image a little off, the others the same.
        var (same, off) = (results[1..], results[0]);
        var (made, _) = await team.ModelAsync(model.ProjectId, run.Id, [.. await Task.WhenAll(same.Select(async r => (await team.ImageAsync(r.ImageId), r.Score)))]);
        Assert.True((await OutcomeAsync(http, made)).GetProperty("same").GetBoolean());
        await using (var context = team.Open())
        {
            var image = await context.Images.SingleAsync(i => i.Id == off.ImageId, Ct);
            context.Results.Add(ScoredImage.Create(made, image, off.Score + 5, off.Map, off.Heatmap, Host.Time.Now));
            await context.SaveChangesAsync(Ct);
        }

        var outcome = await OutcomeAsync(http, made);
        Assert.Equal((false, false, results.Count), (outcome.GetProperty("same").GetBoolean(), outcome.GetProperty("withinTolerance").GetBoolean(), outcome.GetProperty("images").GetInt32()));
        Assert.Equal(5, outcome.GetProperty("largestDifference").GetDouble(), 1e-9);
        Assert.Equal("test0.png", outcome.GetProperty("image").GetString());
    }

    [Fact]
    public async Task A_version_whose_shots_are_gone_cannot_be_made_again()
    {
        var (http, team, model) = await ReadyAsync();
        await team.WorkAsync(model.RunId, run => { _ = run.Claim("node", Host.Time.Now); return run.Succeed(Host.Time.Now); });
        await using (var context = team.Open())
        {
            var shot = (await team.RunAsync(model.RunId)).Snapshot.Support[0];
            await context.Images.Where(i => i.Id == shot).ExecuteDeleteAsync(Ct);
        }

        var refused = await http.PostAsync($"/api/v1/models/{model.Id.Value}:reproduce", System.Net.Http.Json.JsonContent.Create(new { }), Ct);
        await AssertProblemAsync(refused, HttpStatusCode.Conflict, "reproduce.images");
    }

    private static async Task<JsonElement> OutcomeAsync(HttpClient http, TrainedModel made) =>
        (await JsonAsync(await http.GetAsync($"/api/v1/models/{made.Id.Value}", Ct))).GetProperty("reproduction");

    /// <summary>The pictures that the model's own run scored, as test images with results of this portal.</summary>
    private async Task<List<ScoredImage>> ScoreTestImagesAsync(TeamAtWork team, TrainedModel model)
    {
        var results = new List<ScoredImage>();
        var (pictures, blobs) = (Get<IScoringPictures>(), Get<IBlobStore>());
        foreach (var (name, png) in Scoring.Models[DetectionMethod.PatchCore].Pictures)
        {
            var uploaded = await team.TryUploadAsync(model.ProjectId, $"{name}.png", png, ImageSplit.Test, ImageLabel.Unknown);
            var picture = (await pictures.ReadAsync(new MemoryStream(png), ScoringHost.Side, Ct)).Value;
            var scored = (await Scoring.Pool.ScoreAsync(team.Tenant, model.Bundle, picture.Pixels, ScoringHost.Side, ScoringUse.Bundle, Ct)).Value;
            var map = await blobs.PutAsync(team.Tenant, BlobKind.Map, new MemoryStream(scored.Map), Ct);
            var heatmap = await blobs.PutAsync(team.Tenant, BlobKind.Heatmap, new MemoryStream(pictures.Heatmap(scored.Map, model.Fitted)), Ct);
            results.Add(ScoredImage.Create(model, await team.ImageAsync(uploaded.Value.Image), scored.Score, map, heatmap, Host.Time.Now));
        }

        await using var context = team.Open();
        context.Results.AddRange(results);
        await context.SaveChangesAsync(Ct);
        return results;
    }

    private async Task MoveAndMeasureAsync(TeamAtWork team, TrainedModel model)
    {
        await using var context = team.Open();
        var row = await context.Models.SingleAsync(m => m.Id == model.Id, Ct);
        var change = new LineChange(row.Fitted.Thresholds() with { T2 = row.Fitted.CertainlyDefective + 3 }, "Fewer false alarms", LineFlips.None);
        context.LineVersions.Add(row.MoveLine(change, new LineAuthor(team.Owner.User, "Ada"), Host.Time.Now).Value);
        row.Measure(new EvaluationMetrics(10, 10, 0, 0.75, null, null, null));
        await context.SaveChangesAsync(Ct);
    }
}
