using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FewShotAD.Domain.Tenancy;
using FewShotAD.TestKit;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>
/// A registration model over two real parts, and a third that is inspected with it: how long a new project waits for its first heatmap.
/// The figure is printed and not held to a limit, which a busy machine would break.
/// </summary>
[Collection(nameof(BrowserCollection))]
public sealed class RegistrationTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const int Shots = 4;
    private const int TestImages = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_new_project_is_inspected_with_it_at_once_and_the_pages_say_so()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var page = await browser.NewPersonAsync(portal);
        var owner = new Person(page, "Registration team");
        await owner.RegisterAsync();
        using var rest = new HttpClient { BaseAddress = new Uri(portal.Url), Timeout = Patience };
        rest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Ledger.AddKey(portal, TeamPermissionRules.Scopes));
        await owner.OpenAsync("/registrations");
        await Expect(page.Locator(".fs-empty").First).ToContainTextAsync("at least two projects");
        await owner.ShootAsync("registrations-none");
        var parts = new List<Guid>();
        foreach (var part in new[] { "cookies", "metal_plate" })
            parts.Add(await ProjectAsync(rest, part, Train(part), ct));

        await owner.OpenAsync("/registrations");
        await page.Locator("[data-test=registration-name]").FillAsync("Small parts");
        foreach (var box in await page.Locator("[data-test=registration-project]").AllAsync())
            await box.CheckAsync();
        await owner.ShootAsync("registrations-form");
        await page.Locator("[data-test=train-registration]").ClickAsync();
        await Expect(page.Locator("[data-test=cancel-registration]")).ToBeVisibleAsync();
        await owner.ShootAsync("registration-training");
        await page.Locator("[data-test=cancel-registration]").ClickAsync();
        await Expect(page.Locator("[data-test=delete-registration]")).ToBeVisibleAsync(new() { Timeout = (float)Patience.TotalMilliseconds });

        // A few steps: what is measured below does not depend on how long the network learned.
        var registration = await PostAsync(rest, "registrations", new { name = "Small parts", projects = parts, recipe = new { shots = Shots, epochs = 1, stepsPerEpoch = 2 } }, ct);
        var id = registration.GetProperty("id").GetGuid();
        var trained = await EndAsync(rest, $"registrations/{id}", ct);
        Assert.Equal((2, true), (trained.GetProperty("version").GetInt32(), trained.GetProperty("ready").GetBoolean()));
        await owner.OpenAsync($"/registrations/{id}");
        await Expect(page.Locator("[data-test=registration-ready]")).ToBeVisibleAsync();

        var bottle = await MeasureAsync(rest, id, ct);
        await owner.OpenAsync($"/registrations/{id}");
        await Expect(page.Locator("table").Last).ToContainTextAsync("bottle");
        await owner.ShootAsync("registration-used");
        await page.Locator("[data-test=delete-registration]").ClickAsync();
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Delete it" }).ClickAsync();
        await Expect(page.Locator("[data-test=registration-error]")).ToContainTextAsync("v1 of “bottle”");
        await owner.OpenAsync("/registrations");
        await Expect(page.Locator("[data-test=registration]")).ToHaveCountAsync(2);
        await owner.ShootAsync("registrations");
        await owner.OpenAsync($"/projects/{bottle:N}/train");
        await page.Locator("[data-test=use-registration]").CheckAsync();
        await Expect(page.Locator("[data-test=start-training]")).ToHaveTextAsync("Fit and score");
        await owner.ShootAsync("train-with-registration");
        Assert.Empty(owner.Violations);
    }

    /// <summary>From the answer to the last of four uploads to the bytes of the first heatmap.</summary>
    private async Task<Guid> MeasureAsync(HttpClient rest, Guid registration, CancellationToken ct)
    {
        var tests = Directory.GetFiles(SharedFiles.Data("inspection", "bottle", "test"), "*.*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Chunk(8).Select(some => some[0]).Take(TestImages);
        var bottle = await ProjectAsync(rest, "bottle", tests, ct);
        foreach (var shot in Train("bottle"))
            await UploadAsync(rest, bottle, "train/good", shot, ct);
        var watch = Stopwatch.StartNew();
        var run = (await PostAsync(rest, $"projects/{bottle}/runs", new { registration, shots = Shots }, ct)).GetProperty("id").GetGuid();
        var heatmap = await FirstHeatmapAsync(rest, bottle, ct);
        var first = watch.Elapsed;
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], heatmap[..4]);
        var ended = await EndAsync(rest, $"runs/{run}", ct);
        Assert.Equal(0, ended.GetProperty("checkpointEpoch").GetInt32());
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"last upload to first heatmap {first.TotalSeconds:0.0} s, to the end of the run {watch.Elapsed.TotalSeconds:0.0} s ({TestImages} test images, {Environment.ProcessorCount} cores)"));
        foreach (var line in (await rest.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run}/log", ct)).GetProperty("items").EnumerateArray())
            output.WriteLine($"{line.GetProperty("at").GetDateTimeOffset():HH:mm:ss.fff} {line.GetProperty("text").GetString()}");
        return bottle;
    }

    private static async Task<byte[]> FirstHeatmapAsync(HttpClient rest, Guid project, CancellationToken ct)
    {
        var begun = Stopwatch.StartNew();
        while (begun.Elapsed < Patience)
        {
            using var answer = await rest.GetAsync($"/api/v1/projects/{project}/results?limit=1", ct);
            if (answer.IsSuccessStatusCode && (await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("items") is var items && items.GetArrayLength() > 0)
                return await rest.GetByteArrayAsync($"/api/v1/results/{items[0].GetProperty("id").GetGuid()}/heatmap.png", ct);
            await Task.Delay(50, ct);
        }

        throw new TimeoutException("No result came.");
    }

    private static IEnumerable<string> Train(string part) =>
        Directory.GetFiles(SharedFiles.Data("inspection", part, "train", "good")).Order(StringComparer.Ordinal).Take(Shots);

    /// <summary>A project with files in the folders that they lie in.</summary>
    private static async Task<Guid> ProjectAsync(HttpClient rest, string part, IEnumerable<string> files, CancellationToken ct)
    {
        var project = (await PostAsync(rest, "projects", new { name = part }, ct)).GetProperty("id").GetGuid();
        foreach (var file in files)
        {
            var folder = Path.GetDirectoryName(file)!;
            await UploadAsync(rest, project, $"{Path.GetFileName(Path.GetDirectoryName(folder))}/{Path.GetFileName(folder)}", file, ct);
        }

        return project;
    }

    private static async Task UploadAsync(HttpClient rest, Guid project, string folder, string path, CancellationToken ct)
    {
        using var file = new ByteArrayContent(await File.ReadAllBytesAsync(path, ct));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var form = new MultipartFormDataContent { { file, "files", Path.GetFileName(path) }, { new StringContent($"{folder}/{Path.GetFileName(path)}"), "path" } };
        using var answer = await rest.PostAsync($"/api/v1/projects/{project}/images", form, ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(ct));
    }

    private static async Task<JsonElement> PostAsync(HttpClient rest, string address, object body, CancellationToken ct)
    {
        using var answer = await rest.PostAsJsonAsync($"/api/v1/{address}", body, ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(ct));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(ct);
    }

    private static async Task<JsonElement> EndAsync(HttpClient rest, string address, CancellationToken ct)
    {
        while (true)
        {
            var state = await rest.GetFromJsonAsync<JsonElement>($"/api/v1/{address}", ct);
            var status = state.GetProperty("status").GetString();
            Assert.True(status is "queued" or "running" or "succeeded", $"{status}: {state.GetProperty("failureReason").GetString()}");
            if (status == "succeeded")
                return state;
            await Task.Delay(100, ct);
        }
    }
}
