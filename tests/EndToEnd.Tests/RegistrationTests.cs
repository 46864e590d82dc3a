using System.Diagnostics;
using System.Globalization;
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
        using var rest = new RestPerson(portal);
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
        var registration = await rest.PostAsync("registrations", new { name = "Small parts", projects = parts, recipe = new { shots = Shots, epochs = 1, stepsPerEpoch = 2 } }, ct);
        var id = registration.GetProperty("id").GetGuid();
        var trained = await rest.EndAsync($"registrations/{id}", ct);
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
    private async Task<Guid> MeasureAsync(RestPerson rest, Guid registration, CancellationToken ct)
    {
        var tests = Directory.GetFiles(SharedFiles.Data("inspection", "bottle", "test"), "*.*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Chunk(8).Select(some => some[0]).Take(TestImages);
        var bottle = await ProjectAsync(rest, "bottle", tests, ct);
        foreach (var shot in Train("bottle"))
            await UploadAsync(rest, bottle, shot, ct);
        var watch = Stopwatch.StartNew();
        var run = (await rest.PostAsync($"projects/{bottle}/runs", new { registration, shots = Shots }, ct)).GetProperty("id").GetGuid();
        var heatmap = await FirstHeatmapAsync(rest, bottle, ct);
        var first = watch.Elapsed;
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], heatmap[..4]);
        var ended = await rest.EndAsync($"runs/{run}", ct);
        Assert.Equal(0, ended.GetProperty("checkpointEpoch").GetInt32());
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"last upload to first heatmap {first.TotalSeconds:0.0} s, to the end of the run {watch.Elapsed.TotalSeconds:0.0} s ({TestImages} test images, {Environment.ProcessorCount} cores)"));
        foreach (var line in (await rest.GetAsync($"runs/{run}/log", ct)).GetProperty("items").EnumerateArray())
            output.WriteLine($"{line.GetProperty("at").GetDateTimeOffset():HH:mm:ss.fff} {line.GetProperty("text").GetString()}");
        return bottle;
    }

    private static async Task<byte[]> FirstHeatmapAsync(RestPerson rest, Guid project, CancellationToken ct)
    {
        var begun = Stopwatch.StartNew();
        while (begun.Elapsed < Patience)
        {
            var items = (await rest.GetAsync($"projects/{project}/results?limit=1", ct)).GetProperty("items");
            if (items.GetArrayLength() > 0)
                return await rest.BytesAsync($"results/{items[0].GetProperty("id").GetGuid()}/heatmap.png", ct);
            await Task.Delay(50, ct);
        }

        throw new TimeoutException("No result came.");
    }

    private static IEnumerable<string> Train(string part) =>
        Directory.GetFiles(SharedFiles.Data("inspection", part, "train", "good")).Order(StringComparer.Ordinal).Take(Shots);

    /// <summary>A project with files in the folders that they lie in.</summary>
    private static async Task<Guid> ProjectAsync(RestPerson rest, string part, IEnumerable<string> files, CancellationToken ct)
    {
        var project = await rest.ProjectAsync(part, ct);
        foreach (var file in files)
            await UploadAsync(rest, project, file, ct);
        return project;
    }

    private static async Task UploadAsync(RestPerson rest, Guid project, string file, CancellationToken ct) =>
        await rest.UploadAsync(project, string.Join('/', file.Split(Path.DirectorySeparatorChar)[^3..]), await File.ReadAllBytesAsync(file, ct), ct);
}
