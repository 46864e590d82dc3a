using FewShotAD.Imaging;
using FewShotAD.Imaging.Samples;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>A stability study with real runs: in the browser through all of its states, and of each method by REST.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class StabilityTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const int Seed = 31;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_study_is_started_loses_a_run_goes_on_and_says_what_the_shots_are_worth()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var page = await browser.NewPersonAsync(portal);
        var owner = new Person(page, "Stable team");
        await owner.RegisterAsync();
        var project = await owner.CreateProjectAsync("Flange");
        using var rest = new RestPerson(portal);
        await UploadAsync(rest, Guid.Parse(project), ct);
        await rest.TrainAsync(Guid.Parse(project), new { method = "patchCore", shots = 3, imageSize = 128 }, ct);

        var evaluation = $"/projects/{project}/evaluation";
        await owner.OpenAsync(evaluation);
        await Expect(page.Locator("[data-test=study-plan]")).ToContainTextAsync("15 runs");
        await ShootAsync(owner, "stability-none");
        await page.Locator("[data-test=study-sets]").SelectOptionAsync("3");
        await page.Locator("[data-test=study-seeds]").SelectOptionAsync("2");
        await Expect(page.Locator("[data-test=study-plan]")).ToContainTextAsync("6 runs: 3 sets of 3 from 9 normal shots, 2 seeds each.");
        await page.Locator("[data-test=start-study]").ClickAsync();
        await Expect(page.Locator("[data-test=study-progress]")).ToContainTextAsync("of 6 runs done");
        await Expect(page.Locator("[data-test=study-runs] [data-status=Succeeded]").First).ToBeAttachedAsync(new() { Timeout = (float)Patience.TotalMilliseconds });
        await KillOneAsync(portal, ct);
        await owner.ShootAsync("stability-running");
        await Expect(page.Locator("[data-test=study-failed]")).ToContainTextAsync("of 6 runs failed.", new() { Timeout = (float)Patience.TotalMilliseconds });
        await ShootAsync(owner, "stability-failed");

        await page.Locator("[data-test=study-runs] tr[data-status=Failed] a").First.ClickAsync();
        await Expect(page.Locator("[data-test=run-study]")).ToContainTextAsync("A run of a stability study");
        await page.Locator("[data-test=resume-run]").ClickAsync();
        await owner.RunStatusAsync("Succeeded", Patience);
        await owner.OpenAsync(evaluation);
        await Expect(page.Locator("[data-test=study-meaning]")).ToContainTextAsync("3 shots", new() { Timeout = (float)Patience.TotalMilliseconds });
        await Expect(page.Locator("[data-test=dots] .dot")).ToHaveCountAsync(6);
        output.WriteLine(await page.Locator("[data-test=study-meaning]").InnerTextAsync());
        await ShootAsync(owner, "stability-done");
        await owner.OpenAsync($"/projects/{project}/report");
        await Expect(page.Locator("[data-test=report-stability]")).ToBeVisibleAsync();
        await owner.ShootAsync("stability-report");
        Assert.Empty(owner.Violations);

        foreach (var (method, size) in new[] { ("regAd", 64), ("uniAd", 128) })
            await StudyAsync(rest, Guid.Parse(project), await rest.TrainAsync(Guid.Parse(project), new { method, shots = 3, imageSize = size, epochs = 1, stepsPerEpoch = 1, batchSize = 1 }, ct), ct);
    }

    /// <summary>In both widths that pages are made for.</summary>
    private static async Task ShootAsync(Person owner, string name)
    {
        foreach (var (width, height) in new[] { (1280, 2000), (1024, 2400) })
        {
            await owner.Page.SetViewportSizeAsync(width, height);
            await owner.ShootAsync($"{name}-{width}");
        }
    }

    private static async Task KillOneAsync(PortalProcess portal, CancellationToken ct)
    {
        for (var tried = 0; tried < 600; tried++)
        {
            if (TrainingChildren.Of(portal.Id) is [var child, ..] && TrainingChildren.TryKill(child))
                return;
            await Task.Delay(20, ct);
        }

        Assert.Fail("No run of the study came under way.");
    }

    /// <summary>Two sets, one seed: every run ends and has measured.</summary>
    private async Task StudyAsync(RestPerson rest, Guid project, Guid model, CancellationToken ct)
    {
        var started = await rest.PostAsync($"projects/{project}/stability-studies", new { model, sets = 2, seeds = 1 }, ct);
        var study = await rest.EndAsync($"stability-studies/{started.GetProperty("id").GetGuid()}", ct);
        var spread = study.GetProperty("spreads").EnumerateArray().Single(one => one.GetProperty("metric").GetString() == "imageAuroc");
        output.WriteLine($"{study.GetProperty("recipe").GetProperty("method").GetString()}: {spread}");
        Assert.Equal(2, spread.GetProperty("runs").GetInt32());
        Assert.InRange(spread.GetProperty("mean").GetDouble(), 0, 1);
        var models = await rest.GetAsync($"projects/{project}/models", ct);
        Assert.Contains(models.GetProperty("items").EnumerateArray(), one => one.GetProperty("id").GetGuid() == model);
        Assert.True(models.GetProperty("items").GetArrayLength() <= 3, "A run of a study left a model.");
    }

    /// <summary>Drawn parts: nine shots, and of each test folder three images with the masks of the defective ones.</summary>
    private static async Task UploadAsync(RestPerson rest, Guid project, CancellationToken ct)
    {
        var samples = SamplePart.All[0].Generate(Seed).GroupBy(sample => Path.GetDirectoryName(sample.Name))
            .SelectMany(folder => folder.Take(folder.Key!.StartsWith("train", StringComparison.Ordinal) ? 9 : 3)).ToList();
        foreach (var sample in samples)
        {
            await rest.UploadAsync(project, sample.Name, sample.Image, ct);
            if (sample.Mask is { } mask)
            {
                var picture = new RgbImage(sample.Image.Width, sample.Image.Height, [.. mask.SelectMany(value => new[] { value, value, value })]);
                await rest.UploadAsync(project, sample.Name.Replace("test/", "ground_truth/", StringComparison.Ordinal).Replace(".png", "_mask.png", StringComparison.Ordinal), picture, ct);
            }
        }
    }
}
