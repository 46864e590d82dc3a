using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>The whole job by REST: a program that has nothing but a key and the OpenAPI document.</summary>
public sealed class RestJobTests(ITestOutputHelper output)
{
    private const int Shots = 4;

    [Fact]
    public async Task A_generated_client_trains_reads_reviews_and_publishes()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        using var person = await HttpPerson.RegisterAsync(portal.Url, "Rest team", ct);
        using var http = new HttpClient { BaseAddress = new Uri(portal.Url), Timeout = TimeSpan.FromMinutes(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Ledger.AddKey(portal, TeamPermissionRules.Scopes));
        dynamic client = await GeneratedClient.CreateAsync(http, ct);

        var project = await PostAsync(http, "projects", new { name = "Plate" }, ct);
        var id = project.GetProperty("id").GetGuid();
        using var folder = InspectionFolder.Of("metal_plate", Shots);
        var (images, masks) = await UploadAsync(http, id, folder.Path, ct);
        dynamic made = await client.GetProjectAsync(id);
        Assert.Equal(("Plate", Shots, images - Shots), ((string)made.Name, (int)made.Images.Support, (int)made.Images.Test));
        Assert.True(masks > 0, "No mask was attached.");

        // Asked twice, as after an answer that got lost: one run.
        var recipe = new { method = "patchCore", preset = "quick", shots = Shots };
        var run = (await PostAsync(http, $"projects/{id}/runs", recipe, ct, key: "job-1")).GetProperty("id").GetGuid();
        Assert.Equal(run, (await PostAsync(http, $"projects/{id}/runs", recipe, ct, key: "job-1")).GetProperty("id").GetGuid());
        var states = await FollowAsync(http, run, ct);
        output.WriteLine($"events: {string.Join(", ", states)}");
        Assert.Equal("succeeded", states[^1]);
        dynamic over = await client.GetRunAsync(run);
        Assert.Equal(1.0, (double)over.Progress);
        Assert.NotEmpty((System.Collections.IEnumerable)(await client.GetRunLogAsync(run, 10, null)).Items);

        dynamic model = Assert.Single((IEnumerable<object>)(await client.ListModelsAsync(id, null, null)).Items);
        output.WriteLine($"image AUROC {model.Metrics.ImageAuroc:0.000}, AUPRO {model.Metrics.Aupro:0.000}");
        Assert.True((double)model.Metrics.ImageAuroc > 0.85, $"Image AUROC {model.Metrics.ImageAuroc}");
        using (var bundle = await http.GetAsync((string)model.BundleLink, ct))
            Assert.Equal((long)model.BundleBytes, (await bundle.Content.ReadAsByteArrayAsync(ct)).LongLength);

        var results = await ResultsAsync(http, id, ct);
        Assert.Equal(images - Shots, results.Count);
        Assert.Equal(results.Select(Score).OrderDescending(), results.Select(Score));
        await LookAsync(http, results[0], ct);
        await ReviewAsync(http, results[0], ct);

        dynamic published = await client.PublishModelAsync((Guid)model.Id, null);
        Assert.True((bool)published.IsPublished);
        Assert.Equal((Guid)model.Id, (Guid)(await client.GetProjectAsync(id)).PublishedModel.Id);
    }

    private static double Score(JsonElement result) => result.GetProperty("score").GetDouble();

    /// <summary>The folder, a handful of files a request, images before their masks.</summary>
    private static async Task<(int Images, int Masks)> UploadAsync(HttpClient http, Guid project, string folder, CancellationToken ct)
    {
        var (images, masks) = (0, 0);
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .OrderBy(file => file.Contains("ground_truth", StringComparison.Ordinal)).ThenBy(file => file, StringComparer.Ordinal);
        foreach (var some in files.Chunk(16))
        {
            using var form = new MultipartFormDataContent();
            foreach (var file in some)
            {
                form.Add(new StringContent(Path.GetRelativePath(folder, file).Replace('\\', '/')), "path");
                form.Add(new ByteArrayContent(await File.ReadAllBytesAsync(file, ct)), "files", Path.GetFileName(file));
            }

            using var answer = await http.PostAsync($"/api/v1/projects/{project}/images", form, ct);
            var items = (await ReadAsync(answer, ct)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("outcome").GetString()).ToList();
            Assert.All(items, outcome => Assert.Contains(outcome, new[] { "added", "maskAttached" }));
            images += items.Count(outcome => outcome == "added");
            masks += items.Count(outcome => outcome == "maskAttached");
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

    private static async Task<IReadOnlyList<JsonElement>> ResultsAsync(HttpClient http, Guid project, CancellationToken ct)
    {
        var (all, cursor) = (new List<JsonElement>(), "");
        do
        {
            var page = await GetAsync(http, $"/api/v1/projects/{project}/results?limit=25&cursor={cursor}", ct);
            all.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return all;
    }

    private static async Task LookAsync(HttpClient http, JsonElement result, CancellationToken ct)
    {
        var links = result.GetProperty("links");
        var heatmap = await http.GetByteArrayAsync(links.GetProperty("heatmap").GetString(), ct);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], heatmap[..4]);
        var map = AnomalyMapFile.Decode(await http.GetByteArrayAsync(links.GetProperty("map").GetString(), ct));
        Assert.True(map is { Width: > 0, Height: > 0 });
    }

    /// <summary>The highest score is a defect by the model: to say otherwise takes a reason.</summary>
    private static async Task ReviewAsync(HttpClient http, JsonElement result, CancellationToken ct)
    {
        var address = result.GetProperty("links").GetProperty("review").GetString()!["/api/v1/".Length..];
        Assert.Equal("defect", result.GetProperty("verdict").GetString());
        using (var silent = await http.PostAsync($"/api/v1/{address}", JsonContent.Create(new { verdict = "normal" }), ct))
            Assert.Equal(400, (int)silent.StatusCode);
        await PostAsync(http, address, new { verdict = "normal", comment = "A reflection, no scratch." }, ct);
        Assert.Equal(1, (await GetAsync(http, $"/api/v1/{address}", ct)).GetProperty("items").GetArrayLength());
    }

    private static async Task<JsonElement> GetAsync(HttpClient http, string address, CancellationToken ct)
    {
        using var answer = await http.GetAsync(address, ct);
        return await ReadAsync(answer, ct);
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string address, object body, CancellationToken ct, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{address}") { Content = JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var answer = await http.SendAsync(request, ct);
        return await ReadAsync(answer, ct);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var text = await answer.Content.ReadAsStringAsync(ct);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri}: {answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
