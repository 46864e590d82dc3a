using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Security.Cryptography;
using System.Text.Json;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>
/// The whole job by REST: a program that has nothing but a key and a client generated from the OpenAPI document. Only the events of a
/// run are read by hand, since generators know no event streams.
/// </summary>
public sealed class RestJobTests(ITestOutputHelper output)
{
    private const int Shots = 4;

    [Fact]
    public async Task A_generated_client_uploads_trains_scores_reviews_publishes_and_exports()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        using var person = await HttpPerson.RegisterAsync(portal.Url, "Rest team", ct);
        using var http = new HttpClient { BaseAddress = new Uri(portal.Url), Timeout = TimeSpan.FromMinutes(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Ledger.AddKey(portal, TeamPermissionRules.Scopes));
        var client = await GeneratedClient.CreateAsync(http, ct);

        dynamic project = await client.Api.CreateProjectAsync(client.Body("NewProject", new { name = "Plate" }));
        Guid id = project.Id;
        using var folder = InspectionFolder.Of("metal_plate", Shots);
        var (images, masks) = await UploadAsync(client, id, folder.Path);
        dynamic made = await client.Api.GetProjectAsync(id);
        Assert.Equal(("Plate", Shots, images - Shots), ((string)made.Name, (int)made.Images.Support, (int)made.Images.Test));
        Assert.True(masks > 0, "No mask was attached.");

        // Asked twice, as after an answer that got lost: one run.
        dynamic recipe = client.Body("NewRun", new { method = "patchCore", preset = "quick", shots = Shots });
        Guid run = (await client.Api.StartRunAsync(id, "job-1", recipe)).Id;
        Assert.Equal(run, (Guid)(await client.Api.StartRunAsync(id, "job-1", recipe)).Id);
        var states = await FollowAsync(http, run, ct);
        output.WriteLine($"events: {string.Join(", ", states)}");
        Assert.Equal("succeeded", states[^1]);
        Assert.Equal(1.0, (double)(await client.Api.GetRunAsync(run)).Progress);
        Assert.NotEmpty((System.Collections.IEnumerable)(await client.Api.GetRunLogAsync(run, 10, null)).Items);

        dynamic model = Assert.Single((IEnumerable<object>)(await client.Api.ListModelsAsync(id, null, null)).Items);
        output.WriteLine($"image AUROC {model.Metrics.ImageAuroc:0.000}, AUPRO {model.Metrics.Aupro:0.000}");
        Assert.True((double)model.Metrics.ImageAuroc > 0.85, $"Image AUROC {model.Metrics.ImageAuroc}");
        Assert.Equal((long)model.BundleBytes, (await ReadAsync(await client.Api.GetModelFileAsync((Guid)model.Id), ct)).LongLength);

        List<dynamic> results = await ResultsAsync(client, id);
        Assert.Equal(images - Shots, results.Count);
        Assert.Equal(results.Select(r => (double)r.Score).OrderDescending(), results.Select(r => (double)r.Score));
        await LookAsync(client, results[0], ct);
        await ReviewAsync(client, results[0]);
        await ScoreAgainAsync(client, (Guid)model.Id, folder.Path, results);

        Assert.True((bool)(await client.Api.PublishModelAsync((Guid)model.Id, null)).IsPublished);
        Assert.Equal((Guid)model.Id, (Guid)(await client.Api.GetProjectAsync(id)).PublishedModel.Id);
        await ExportAsync(client, id, results.Count, ct);
    }

    /// <summary>The folder, a handful of files a request, images before their masks.</summary>
    private static async Task<(int Images, int Masks)> UploadAsync(GeneratedClient client, Guid project, string folder)
    {
        var (images, masks) = (0, 0);
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .OrderBy(file => file.Contains("ground_truth", StringComparison.Ordinal)).ThenBy(file => file, StringComparer.Ordinal);
        foreach (var some in files.Chunk(16))
        {
            var paths = some.Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).ToList();
            dynamic answer = await client.Api.UploadImagesAsync(project, client.Files(some), null, null, paths);
            var outcomes = ((IEnumerable<dynamic>)answer.Items).Select(item => (string)item.Outcome.ToString()).ToList();
            Assert.All(outcomes, outcome => Assert.Contains(outcome, new[] { "Added", "MaskAttached" }));
            images += outcomes.Count(outcome => outcome == "Added");
            masks += outcomes.Count(outcome => outcome == "MaskAttached");
        }

        return (images, masks);
    }

    /// <summary>The states that the events tell, from the first to the end of the stream.</summary>
    private static async Task<IReadOnlyList<string>> FollowAsync(HttpClient http, Guid run, CancellationToken ct)
    {
        var states = new List<string>();
        using var response = await http.GetAsync($"/api/v1/runs/{run}/events", HttpCompletionOption.ResponseHeadersRead, ct);
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(ct)).EnumerateAsync(ct))
        {
            if (item.EventType != "run")
                continue;
            using var state = JsonDocument.Parse(item.Data);
            var status = state.RootElement.GetProperty("status").GetString()!;
            if (states.Count == 0 || states[^1] != status)
                states.Add(status);
        }

        return states;
    }

    private static async Task<List<dynamic>> ResultsAsync(GeneratedClient client, Guid project)
    {
        var all = new List<dynamic>();
        string? cursor = null;
        do
        {
            dynamic page = await client.Api.ListResultsAsync(project, null, null, null, null, null, null, null, null, null, null, null, null, null, 25, cursor);
            all.AddRange((IEnumerable<dynamic>)page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }

    private static async Task LookAsync(GeneratedClient client, dynamic result, CancellationToken ct)
    {
        byte[] heatmap = await ReadAsync(await client.Api.GetHeatmapAsync((Guid)result.Id), ct);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], heatmap[..4]);
        byte[] map = await ReadAsync(await client.Api.GetAnomalyMapAsync((Guid)result.Id), ct);
        Assert.True(AnomalyMapFile.Decode(map) is { Width: > 0, Height: > 0 });
    }

    /// <summary>The highest score is a defect by the model: to say otherwise takes a reason.</summary>
    private static async Task ReviewAsync(GeneratedClient client, dynamic result)
    {
        Assert.Equal("Defect", (string)result.Verdict.ToString());
        var refused = await Assert.ThrowsAnyAsync<Exception>(async () =>
            await client.Api.GiveVerdictAsync((Guid)result.Id, client.Body("NewVerdict", new { verdict = "normal" })));
        Assert.Equal(400, (int)((dynamic)refused).StatusCode);
        dynamic given = await client.Api.GiveVerdictAsync((Guid)result.Id, client.Body("NewVerdict", new { verdict = "normal", comment = "A reflection, no scratch." }));
        Assert.Equal((1, "Normal", "Defect"), ((int)given.Number, (string)given.Verdict.ToString(), (string)given.ModelSaid.ToString()));
        Assert.Single((IEnumerable<object>)(await client.Api.ListVerdictsAsync((Guid)result.Id, null, null)).Items);
    }

    /// <summary>One of the test images again, as a station would send it: the score is the one of the run.</summary>
    private static async Task ScoreAgainAsync(GeneratedClient client, Guid model, string folder, IEnumerable<dynamic> results)
    {
        var file = Directory.GetFiles(Path.Combine(folder, "test"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var name = Path.GetRelativePath(folder, file).Replace('\\', '/');
        var before = results.Single(result => (string)result.ImageName == name);
        dynamic scored = await client.Api.ScoreWithModelAsync(model, null, null, client.File(file));
        Assert.Equal((double)before.Score, (double)scored.Score, 1e-3 * (double)before.Score);
        Assert.Equal((string)before.Verdict.ToString(), (string)scored.Verdict.ToString());
    }

    private static async Task ExportAsync(GeneratedClient client, Guid project, int results, CancellationToken ct)
    {
        dynamic export = await client.Api.StartExportAsync(project, client.Body("NewExport", new { format = "csv" }));
        while ((string)export.Status.ToString() is "Queued" or "Running")
        {
            await Task.Delay(200, ct);
            export = await client.Api.GetExportAsync((Guid)export.Id);
        }

        Assert.Equal("Succeeded", (string)export.Status.ToString());
        byte[] file = await ReadAsync(await client.Api.GetExportFileAsync((Guid)export.Id), ct);
        Assert.Equal((string)export.Sha256, Convert.ToHexStringLower(SHA256.HashData(file)));
        Assert.Equal(results + 1, System.Text.Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static async Task<byte[]> ReadAsync(dynamic file, CancellationToken ct)
    {
        using var response = (IDisposable)file;
        using var content = new MemoryStream();
        await ((Stream)file.Stream).CopyToAsync(content, ct);
        return content.ToArray();
    }
}
