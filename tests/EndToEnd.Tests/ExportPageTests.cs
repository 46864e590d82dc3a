using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

[Collection(nameof(BrowserCollection))]
public sealed class ExportPageTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_project_is_exported_with_its_checksum_and_fetched()
    {
        await using var portal = await PortalProcess.StartAsync(TestContext.Current.CancellationToken);
        var page = await browser.NewPersonAsync(portal);
        var owner = new Person(page, "Export team");
        await owner.RegisterAsync();
        var project = await owner.CreateProjectAsync("Bracket");
        await owner.OpenAsync($"/projects/{project}/exports");
        await owner.ShootAsync("exports-empty");
        await page.Locator("[data-test=export-format]").SelectOptionAsync("Everything");
        await page.Locator("[data-test=start-export]").ClickAsync();
        var file = page.Locator("[data-test=transfers] a").First;
        await Expect(file).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await owner.ShootAsync("exports");
        var download = await page.RunAndWaitForDownloadAsync(() => file.ClickAsync());
        Assert.True(new FileInfo(await download.PathAsync()).Length > 0);
        Assert.Empty(owner.Violations);
    }
}
