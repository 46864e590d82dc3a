using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>An administrator of the platform at a browser, and an owner who meets a limit that was set.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class AdministrationTests(BrowserFixture browser)
{
    [Fact]
    public async Task An_administrator_looks_after_teams_queue_and_health_and_sees_nothing_of_what_teams_have()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var owner = new Person(await browser.NewPersonAsync(portal), "Line Four");
        await owner.RegisterAsync();
        await owner.CreateProjectAsync("Secret bracket");
        var admin = new Person(await browser.NewPersonAsync(portal), "Operations");
        await admin.RegisterAsync();

        // Whoever is none finds nothing, and no way there.
        await admin.OpenAsync("/admin");
        await Expect(admin.Page.GetByText("This page does not exist")).ToBeVisibleAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Account" }).ClickAsync();
        await Expect(admin.Page.Locator("[data-test=administration]")).ToHaveCountAsync(0);
        var granted = await CommandTests.RunAsync(portal.DataDirectory, "", "grant-admin", "--email", admin.Email);
        Assert.True(granted.ExitCode == 0, granted.Error);

        await admin.OpenAsync("/");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Account" }).ClickAsync();
        await admin.Page.Locator("[data-test=administration]").ClickAsync();
        var row = admin.Page.Locator("[data-tenant='Line Four']");
        await Expect(row).ToContainTextAsync(owner.Email);
        await Expect(admin.Page.GetByText("Secret bracket")).ToHaveCountAsync(0);
        await row.Locator("[data-test=limits]").ClickAsync();
        await admin.Page.Locator("[data-test=images-mode]").SelectOptionAsync("AtMost");
        await admin.Page.Locator("[data-test=images-most]").FillAsync("500");
        await admin.Page.Locator("[data-test=images-most]").PressAsync("Tab");
        await admin.ShootAsync("admin-limits");
        await admin.Page.Locator("[data-test=save-limits]").ClickAsync();
        await Expect(row).ToContainTextAsync("of 500");
        // It was saved; and the note, whose colours fade with it, is gone.
        await admin.OpenAsync("/admin");
        await Expect(row).ToContainTextAsync("of 500");
        await admin.ShootAsync("admin-teams");
        await admin.Page.GetByLabel("Search teams by name").FillAsync("nobody");
        await admin.Page.GetByLabel("Search teams by name").PressAsync("Enter");
        await Expect(admin.Page.GetByText("No team has such a name")).ToBeVisibleAsync();

        await admin.OpenAsync("/admin/system");
        await Expect(admin.Page.Locator("[data-part=database]")).ToContainTextAsync("works");
        await Expect(admin.Page.Locator("[data-part=workers]")).ToContainTextAsync("1 node trains");
        await admin.ShootAsync("admin-system");
        await admin.OpenAsync("/admin/audit");
        await Expect(admin.Page.Locator("[data-entry='quota.change']")).ToContainTextAsync("images at most 500");
        await Expect(admin.Page.Locator("[data-entry='admin.grant']")).ToContainTextAsync(admin.Email);
        await admin.Page.Locator("[data-test=verify]").ClickAsync();
        await Expect(admin.Page.Locator("[data-test=whole]")).ToBeVisibleAsync();
        await admin.ShootAsync("admin-audit");

        await owner.OpenAsync("/team");
        await Expect(owner.Page.Locator("[data-test=usage]")).ToContainTextAsync("of 500");
        await owner.OpenAsync("/team/audit");
        await Expect(owner.Page.Locator("[data-entry='team.quota']")).ToContainTextAsync("By an administrator of the platform");

        // The queue's own dashboard, under the policy of the portal: the fixture fails on what the policy refuses.
        await admin.Page.GotoAsync("/admin/jobs/servers");
        await Expect(admin.Page.GetByText("gpu").First).ToBeVisibleAsync();
        Assert.Equal(404, (await owner.Page.GotoAsync("/admin/jobs"))!.Status);
        var revoked = await CommandTests.RunAsync(portal.DataDirectory, "", "revoke-admin", "--email", admin.Email);
        Assert.True(revoked.ExitCode == 0, revoked.Error);
        Assert.Equal(404, (await admin.Page.GotoAsync("/admin/audit"))!.Status);
        Assert.Empty(owner.Violations.Concat(admin.Violations));
    }
}
