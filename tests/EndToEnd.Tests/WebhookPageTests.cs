using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

[Collection(nameof(BrowserCollection))]
public sealed class WebhookPageTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_webhook_is_made_tested_and_switched_off_and_its_log_says_what_came_back()
    {
        await using var portal = await PortalProcess.StartAsync(TestContext.Current.CancellationToken);
        var page = await browser.NewPersonAsync(portal);
        var owner = new Person(page, "Hook team");
        await owner.RegisterAsync();
        await owner.OpenAsync("/team/webhooks");
        await owner.ShootAsync("team-webhooks-empty");
        await page.GetByLabel("Name").FillAsync("MES");
        // No name server knows it: nothing leaves the machine.
        await page.GetByLabel("Address").FillAsync("https://mes.invalid/hook");
        await page.Locator("[data-test=save-webhook]").ClickAsync();
        await Expect(page.Locator("[data-test=webhook-secret]")).ToHaveValueAsync(new Regex("^whsec_"));
        var row = page.Locator("[data-webhook=MES]");
        await row.Locator("[data-test=ping]").ClickAsync();
        await Expect(page.Locator("[data-test=deliveries] tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-test=deliveries] summary")).ToContainTextAsync("no answer", new() { Timeout = 20_000 });
        await owner.ShootAsync("team-webhooks");
        await row.GetByRole(AriaRole.Button, new() { Name = "More for MES" }).ClickAsync();
        await page.GetByText("Switch off").ClickAsync();
        await Expect(row.GetByText("off", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Empty(owner.Violations);
    }
}
