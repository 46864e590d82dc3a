using FewShotAD.Imaging.Samples;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>A version goes out in a bundle, comes into another project, and is trained again to the bit: real training and scoring, by the pages.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class BundlePageTests(BrowserFixture browser)
{
    private const float Patience = 180_000;

    [Fact]
    public async Task A_bundle_is_downloaded_imported_elsewhere_and_its_version_made_again()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var page = await browser.NewPersonAsync(portal);
        var owner = new Person(page, "Bundle team");
        await owner.RegisterAsync();
        using var rest = new RestPerson(portal);
        var project = await rest.ProjectAsync("Flange", ct);
        foreach (var sample in SamplePart.All[0].Generate(8).GroupBy(sample => Path.GetDirectoryName(sample.Name)).SelectMany(folder => folder.Take(3)))
            await rest.UploadAsync(project, sample.Name, sample.Image, ct);
        await rest.TrainAsync(project, new { method = "patchCore", shots = 3, imageSize = 128 }, ct);

        await owner.OpenAsync($"/projects/{project:N}/models");
        await page.Locator("[data-version='1'] [data-test=show-details]").ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("[data-test=download-bundle]").ClickAsync());
        var file = Path.Combine(Directory.CreateTempSubdirectory("fewshotad-bundle-").FullName, download.SuggestedFilename);
        await download.SaveAsAsync(file);
        await ReproduceAsync(owner, project);
        await ImportAsync(owner, await rest.ProjectAsync("Flange, line 2", ct), file);
        Assert.Empty(owner.Violations);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static async Task ReproduceAsync(Person owner, Guid project)
    {
        var page = owner.Page;
        await page.Locator("[data-test=ask-reproduce]").ClickAsync();
        await page.Locator("[data-test=why]").FillAsync("Audit of the year");
        await owner.ShootAsync("models-reproduce");
        await page.Locator("[data-test=reproduce]").ClickAsync();
        await page.WaitForURLAsync("**/runs/**");
        await owner.RunStatusAsync("Succeeded", TimeSpan.FromMilliseconds(Patience));
        await owner.OpenAsync($"/projects/{project:N}/models");
        await Expect(page.Locator("[data-version='2'] [data-test=outcome]")).ToContainTextAsync("to the bit");
        await page.Locator("[data-version='2'] [data-test=show-details]").ClickAsync();
        await Expect(page.Locator("[data-test=reproduction]")).ToContainTextAsync("Audit of the year");
        await owner.ShootAsync("models-reproduced");
    }

    private static async Task ImportAsync(Person owner, Guid project, string file)
    {
        var page = owner.Page;
        await owner.OpenAsync($"/projects/{project:N}/models");
        await owner.ShootAsync("models-empty");
        await ChooseAsync(page, file);
        await Expect(page.Locator("[data-version='1'] [data-test=imported-from]")).ToContainTextAsync("Flange", new() { Timeout = Patience });
        await page.Locator("[data-version='1'] [data-test=show-details]").ClickAsync();
        await Expect(page.Locator("[data-test=imported]")).ToBeVisibleAsync();
        await owner.MessagesGoneAsync();
        await owner.ShootAsync("models-imported");
        // One byte in the middle is another file.
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        var torn = Path.Combine(Path.GetDirectoryName(file)!, "changed.zip");
        await File.WriteAllBytesAsync(torn, bytes);
        await ChooseAsync(page, torn);
        await Expect(page.Locator(".mud-snackbar").GetByText("The file is no bundle as it was written")).ToBeVisibleAsync();
        await owner.MessagesGoneAsync();
        await owner.ShootAsync("models-import-refused");
        await Expect(page.Locator("[data-version]")).ToHaveCountAsync(1);
    }

    private static async Task ChooseAsync(IPage page, string file)
    {
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.Locator("[data-test=bundle-drop] [data-pick-zip]").ClickAsync());
        await chooser.SetFilesAsync(file);
    }
}
