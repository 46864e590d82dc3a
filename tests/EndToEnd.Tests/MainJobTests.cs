using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>The whole job through the pages: a team, a project, four normal shots, a trained model, scored images with heatmaps.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class MainJobTests(BrowserFixture browser, ITestOutputHelper output)
{
    private static readonly TimeSpan TrainingLimit = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_newcomer_trains_on_the_sample_project_and_looks_at_the_results()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        output.WriteLine($"first start {portal.StartTime.TotalSeconds:0.0} s, working set {portal.WorkingSet >> 20} MB");
        var page = await browser.NewPersonAsync(portal);
        var person = new Person(page, "Sample team");

        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Welcome to FewShotAD" })).ToBeVisibleAsync();
        await person.ShootAsync("register-first");
        await person.RegisterAsync();
        Assert.True(portal.WorkingSet < 400L << 20, $"The portal takes {portal.WorkingSet >> 20} MB before the first training.");
        await person.ShootAsync("projects-empty");
        await ThemeAsync(page, person);

        await page.Locator("[data-test=sample]").ClickAsync();
        await Expect(page.Locator("[data-project]")).ToHaveCountAsync(2, new() { Timeout = 60_000 });
        await Expect(page.GetByText("Drawing the sample parts")).ToBeHiddenAsync(new() { Timeout = 120_000 });
        await Expect(page.Locator(".fs-cover img")).ToHaveCountAsync(2);
        await person.ShootAsync("projects");

        await page.Locator("[data-project]").First.ClickAsync();
        await page.WaitForURLAsync(new Regex("/projects/[0-9a-f]{32}$"));
        var project = page.Url[^32..];
        await Expect(page.Locator("[data-test=next]")).ToBeVisibleAsync();
        await person.ShootAsync("overview-before");
        await person.OpenAsync($"/projects/{project}/images");
        await Expect(page.Locator(".fs-tile img").First).ToBeVisibleAsync();
        await person.ShootAsync("images");
        await person.OpenAsync($"/projects/{project}/results");
        await Expect(page.GetByText("No model yet")).ToBeVisibleAsync();
        await person.ShootAsync("results-empty");

        var run = await person.StartTrainingAsync(project, () => person.ShootAsync("train"));
        await person.RunStatusAsync("Running", TimeSpan.FromSeconds(30));
        await Expect(page.Locator(".fs-chart canvas").First).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await person.ShootAsync("run-running");
        await person.RunStatusAsync("Succeeded", TrainingLimit);
        await person.ShootAsync("run-succeeded");

        await page.Locator("[data-test=open-results]").ClickAsync();
        await Expect(page.Locator("canvas[data-state=ready]").First).ToBeVisibleAsync();
        await person.ShootAsync("results");
        var auroc = await page.Locator("[data-test=image-auroc]").InnerTextAsync();
        output.WriteLine($"sample: image AUROC {auroc}, pixel AUROC {await page.Locator("[data-test=pixel-auroc]").InnerTextAsync()}");
        var scores = await page.Locator("[data-score]").EvaluateAllAsync<string[]>("tiles => tiles.map(t => t.dataset.score)");
        var numbers = scores.Select(score => double.Parse(score, CultureInfo.InvariantCulture)).ToList();
        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.OrderDescending(), numbers);

        await page.Locator("[data-score]").First.ClickAsync();
        await LookAsync(page, person);
        await person.OpenAsync($"/projects/{project}");
        await person.ShootAsync("overview-after");
        await EvaluateAsync(page, person, project);
        await ReplaceAShotAsync(page, person, project);
        await person.OpenAsync($"/projects/{project}/settings");
        await person.ShootAsync("settings");
        await person.OpenAsync("/runs");
        await person.ShootAsync("runs");
        await page.GotoAsync("/projects/none");
        await person.ShootAsync("not-found");
        Assert.StartsWith($"/projects/{project}/runs/", run, StringComparison.Ordinal);
        Assert.Empty(person.Violations);
    }

    [Fact]
    public async Task Bottle_with_four_shots_reaches_its_accuracy()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var page = await browser.NewPersonAsync(portal);
        var person = new Person(page, "Bottle team");
        await person.RegisterAsync();
        var project = await person.CreateProjectAsync("Bottle");

        using var folder = InspectionFolder.Of("bottle", shots: 4);
        await person.UploadFolderAsync(project, folder.Path);
        await Expect(page.Locator(".fs-upload-tray[data-state=done]")).ToBeVisibleAsync();
        await person.ShootAsync("upload-tray");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Normal shots 4" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Test 83" })).ToBeVisibleAsync();

        await person.StartTrainingAsync(project);
        var watch = Stopwatch.StartNew();
        await person.RunStatusAsync("Succeeded", TrainingLimit);
        var took = watch.Elapsed;

        await page.Locator("[data-test=open-results]").ClickAsync();
        await Expect(page.Locator("canvas[data-state=ready]").First).ToBeVisibleAsync();
        await person.ShootAsync("bottle-results");
        var image = await NumberAsync(page, "image-auroc");
        var pixel = await NumberAsync(page, "pixel-auroc");
        output.WriteLine($"bottle, 4 shots, adversarial RegAD, quick: {took.TotalSeconds:0} s from Start to all 83 scored; image AUROC {image:0.000}, pixel AUROC {pixel:0.000}");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "All 83" })).ToBeVisibleAsync();
        await page.Locator("[data-score]").First.ClickAsync();
        await Expect(page.Locator("[data-test=position]")).ToHaveTextAsync("1 of 83");
        await page.WaitForTimeoutAsync(1_000);
        await person.ShootAsync("bottle-result");
        Assert.True(image >= 0.95, $"Image AUROC {image}");
        Assert.True(pixel >= 0.95, $"Pixel AUROC {pixel}");

        // The baseline on the same shots, chosen on the same page.
        await person.StartTrainingAsync(project, async () =>
        {
            await page.Locator("[data-test=method-patchcore]").CheckAsync();
            await Expect(page.Locator("[data-test=adversarial]")).ToHaveCountAsync(0);
            await Expect(page.GetByText("its own shots, without training")).ToBeVisibleAsync();
            await person.ShootAsync("train-patchcore");
        });
        watch.Restart();
        await person.RunStatusAsync("Succeeded", TrainingLimit);
        took = watch.Elapsed;
        await person.ShootAsync("run-patchcore");
        await page.Locator("[data-test=open-results]").ClickAsync();
        await Expect(page.Locator("canvas[data-state=ready]").First).ToBeVisibleAsync();
        (image, pixel) = (await NumberAsync(page, "image-auroc"), await NumberAsync(page, "pixel-auroc"));
        output.WriteLine($"bottle, 4 shots, PatchCore: {took.TotalSeconds:0} s from Start to all 83 scored; image AUROC {image:0.000}, pixel AUROC {pixel:0.000}");
        Assert.True(image >= 0.985, $"Image AUROC of the baseline {image}");
        Assert.Empty(person.Violations);
    }

    /// <summary>The system's theme is followed until a person chooses; then the choice stays, on every part of the page.</summary>
    private static async Task ThemeAsync(IPage page, Person person)
    {
        var toggle = page.GetByLabel("Switch between dark and light");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await person.ThemeAsync(ColorScheme.Dark);
        await toggle.ClickAsync();
        await person.ThemeAsync(ColorScheme.Light);
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            // A wrong turn would come over the circuit: time for one there and back.
            await page.WaitForTimeoutAsync(500);
            await person.ThemeAsync(ColorScheme.Light);
        }

        await page.ReloadAsync();
        await person.InteractiveAsync();
        await person.ThemeAsync(ColorScheme.Light);
        await page.EvaluateAsync("() => localStorage.removeItem('theme')");
    }

    /// <summary>Numbers with intervals, the images behind a defect type, and the report as a PDF.</summary>
    private static async Task EvaluateAsync(IPage page, Person person, string project)
    {
        await person.OpenAsync($"/projects/{project}/evaluation");
        await Expect(page.Locator("[data-metric='Image AUROC'] td").First).ToHaveTextAsync(new Regex(@"^\d\.\d{3} \(\d\.\d{3}–\d\.\d{3}\)$"));
        await Expect(page.Locator("[data-test=support] figure")).ToHaveCountAsync(4);
        await Expect(page.Locator("[data-test=support] figure .fs-num")).ToHaveCountAsync(4);
        await person.ShootAsync("evaluation");
        var type = page.Locator("[data-test=types] th a").First;
        var name = await type.InnerTextAsync();
        await type.ClickAsync();
        await Expect(page.Locator("[data-test=type-filter]")).ToContainTextAsync(name);
        await Expect(page.Locator("[data-score]").First).ToBeVisibleAsync();
        await page.Locator("[data-test=type-filter]").ClickAsync();
        await Expect(page.Locator("[data-test=type-filter]")).ToHaveCountAsync(0);

        await person.OpenAsync($"/projects/{project}/report");
        await Expect(page.Locator(".fs-example")).ToHaveCountAsync(12);
        await page.WaitForFunctionAsync("() => [...document.images].every(image => image.complete && image.naturalWidth > 0)");
        await person.ShootAsync("report");
        await page.EvaluateAsync("() => { window.print = () => { document.body.dataset.printed = 'yes'; }; }");
        await page.Locator("[data-test=print]").ClickAsync();
        await Expect(page.Locator("body[data-printed=yes]")).ToHaveCountAsync(1);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(page.Locator(".fs-top, .fs-report-bar").Filter(new() { Visible = true })).ToHaveCountAsync(0);
        await page.PdfAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, "report.pdf"), PreferCSSPageSize = true, PrintBackground = true });
        await page.EmulateMediaAsync(new() { Media = Media.Screen });
    }

    /// <summary>A shot that is to be replaced leaves the support set, and stays in the project.</summary>
    private static async Task ReplaceAShotAsync(IPage page, Person person, string project)
    {
        var shots = page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex(@"^Normal shots \d+$") });
        await person.OpenAsync($"/projects/{project}/images");
        var before = (await shots.InnerTextAsync()).Split(' ', '\n')[^1];
        await person.OpenAsync($"/projects/{project}/evaluation");
        var shot = page.Locator("[data-test=support] figure").First;
        var name = await shot.GetAttributeAsync("data-image");
        await shot.Locator("[data-test=replace]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Take it out" }).ClickAsync();
        await page.WaitForURLAsync(new Regex($"/projects/{project}/(train|images)$"));
        await person.OpenAsync($"/projects/{project}/images");
        await Expect(shots).Not.ToHaveTextAsync(new Regex($@"\b{before}$"));
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex(@"^Unassigned \d+$") }).ClickAsync();
        await Expect(page.Locator($".fs-tile[data-image='{name}']")).ToBeVisibleAsync();
    }

    /// <summary>The single view: heatmap, keys, opacity, colours, zoom.</summary>
    private static async Task LookAsync(IPage page, Person person)
    {
        var stage = page.Locator(".fs-stage-canvas");
        await Expect(stage).ToBeVisibleAsync();
        await Expect(page.Locator("[data-test=position]")).ToContainTextAsync("1 of");
        await Expect(page.Locator(".fs-stage:not([aria-busy])")).ToBeVisibleAsync();
        await page.WaitForTimeoutAsync(500);
        await person.ShootAsync("result");
        var plain = await stage.ScreenshotAsync();

        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator("[data-test=position]")).ToContainTextAsync("2 of");
        await page.Keyboard.PressAsync("d");
        await Expect(page.Locator("[data-test=position]")).ToContainTextAsync("1 of");
        await page.WaitForTimeoutAsync(500);
        Assert.Equal(plain, await stage.ScreenshotAsync());

        await page.Keyboard.DownAsync("h");
        await page.WaitForTimeoutAsync(200);
        Assert.NotEqual(plain, await stage.ScreenshotAsync());
        await page.Keyboard.UpAsync("h");
        await page.WaitForTimeoutAsync(200);
        Assert.Equal(plain, await stage.ScreenshotAsync());

        await page.Locator("[data-test=opacity]").FillAsync("20");
        await page.WaitForTimeoutAsync(300);
        var faint = await stage.ScreenshotAsync();
        Assert.NotEqual(plain, faint);
        await page.Locator("[data-test=colours]").SelectOptionAsync("viridis");
        await page.WaitForTimeoutAsync(300);
        Assert.NotEqual(faint, await stage.ScreenshotAsync());

        await stage.HoverAsync();
        await page.Mouse.WheelAsync(0, -400);
        await page.WaitForTimeoutAsync(300);
        var zoomed = await stage.ScreenshotAsync();
        Assert.NotEqual(faint, zoomed);
        await person.ShootAsync("result-zoomed");
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(500, 400, new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await page.WaitForTimeoutAsync(300);
        Assert.NotEqual(zoomed, await stage.ScreenshotAsync());
    }

    private static async Task<double> NumberAsync(IPage page, string name) =>
        double.Parse(await page.Locator($"[data-test={name}]").InnerTextAsync(), CultureInfo.InvariantCulture);
}
