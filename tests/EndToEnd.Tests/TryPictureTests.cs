using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>One picture on the page “Try”: the score that the run gave it, its heatmap, and nothing stored.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class TryPictureTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_picture_is_scored_at_once_and_not_stored()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var person = new Person(await browser.NewPersonAsync(portal), "Try team");
        var page = person.Page;
        await person.RegisterAsync();
        var project = await person.CreateProjectAsync("Plate");
        await person.OpenAsync($"/projects/{project}/try");
        await Expect(page.GetByText("No model yet")).ToBeVisibleAsync();
        var good = Directory.GetFiles(SharedFiles.Data("inspection", "metal_plate", "train", "good")).Order(StringComparer.Ordinal).ToList();
        await person.UploadFilesAsync(project, "target-support", good.Take(2));
        await person.UploadFilesAsync(project, "target-test-normal", good.Skip(2).Take(2));
        await person.StartTrainingAsync(project, () => person.ShortRecipeAsync(epochs: 1, steps: 1, batch: 1));
        await person.RunStatusAsync("Succeeded", TimeSpan.FromMinutes(5));
        await person.OpenAsync($"/projects/{project}/results");
        var file = good[2];
        var score = await page.Locator($"[data-image='{Path.GetFileName(file)}']").GetAttributeAsync("data-score");

        await person.OpenAsync($"/projects/{project}/try");
        await Expect(page.Locator("[data-pick]")).ToBeEnabledAsync();
        await ChooseAsync(page, file);
        await Expect(page.Locator("[data-test=try-raw]")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        Assert.Equal(double.Parse(score!, CultureInfo.InvariantCulture).ToString("0.00", CultureInfo.InvariantCulture), await page.Locator("[data-test=try-raw]").InnerTextAsync());
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = Path.GetFileName(file) })).ToBeVisibleAsync();
        await Expect(page.Locator(".fs-stage-failure, .fs-stage-notice").Filter(new() { Visible = true })).ToHaveCountAsync(0);
        await person.ShootAsync("try");
        Assert.Empty(person.Violations);

        var noImage = Path.Combine(portal.DataDirectory, "tmp", "letter.png");
        await File.WriteAllTextAsync(noImage, "Dear portal", ct);
        await ChooseAsync(page, noImage);
        await Expect(page.Locator("[data-test=try-problem]")).ToContainTextAsync("not an image");
        await person.OpenAsync($"/projects/{project}/images");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "All 4" })).ToBeVisibleAsync();

        // What is uploaded after the run is scored by a button, without another run.
        await person.UploadFilesAsync(project, "target-test-normal", good.Skip(4).Take(2));
        await person.OpenAsync($"/projects/{project}/results");
        await Expect(page.Locator("[data-test=unscored]")).ToContainTextAsync("2 test images have no result");
        await person.ShootAsync("unscored");
        await page.Locator("[data-test=score-unscored]").ClickAsync();
        await Expect(page.Locator($"[data-image='{Path.GetFileName(good[5])}']")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(page.Locator("[data-test=unscored], [data-test=batch]")).ToHaveCountAsync(0);
        Assert.Empty(person.Violations);
    }

    private static async Task ChooseAsync(IPage page, string file)
    {
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.Locator("[data-pick]").ClickAsync());
        await chooser.SetFilesAsync(file);
    }
}
