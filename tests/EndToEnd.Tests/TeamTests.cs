using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>An owner and an invited person at two browsers.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class TeamTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_second_person_is_invited_works_and_is_removed_again()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var owner = new Person(await browser.NewPersonAsync(portal), "Line Four");
        await owner.RegisterAsync();

        await owner.OpenAsync("/team");
        await owner.Page.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync("Engineer");
        await owner.Page.Locator("[data-test=invite]").ClickAsync();
        var link = await owner.Page.Locator("[data-test=invitation-link]").InputValueAsync();
        await owner.ShootAsync("team");

        var page = await browser.NewPersonAsync(portal);
        await page.GotoAsync(link);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Join Line Four" })).ToBeVisibleAsync();
        var guest = new Person(page, "Guest");
        await guest.ShootAsync("join");
        await page.GetByLabel("Your name").FillAsync("Grace");
        await page.GetByLabel("E-mail").FillAsync(guest.Email);
        await page.GetByLabel("Password").FillAsync(Person.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account and join" }).ClickAsync();
        await guest.InteractiveAsync();
        await guest.CreateProjectAsync("Bracket");

        var late = await browser.NewPersonAsync(portal);
        await late.GotoAsync(link);
        await Expect(late.Locator("[data-test=join-refused]")).ToContainTextAsync("has been used");
        await new Person(late, "Late").ShootAsync("join-used");

        // Another role reaches the page that is open: what is clicked there is not done any more.
        await guest.OpenAsync("/");
        await owner.OpenAsync("/team");
        await owner.Page.GetByLabel("Role of Grace").SelectOptionAsync("Viewer");
        await Expect(owner.Page.GetByText("Grace is Viewer now")).ToBeVisibleAsync();
        await page.EvaluateAsync("window.isOldPage = true");
        await page.Locator("[data-test=new-project]").First.ClickAsync();
        await page.WaitForFunctionAsync("() => !window.isOldPage");
        await guest.InteractiveAsync();
        await guest.OpenAsync("/team");
        await Expect(page.GetByText("Invite somebody")).ToHaveCountAsync(0);

        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Remove Grace" }).ClickAsync();
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).Last.ClickAsync();
        await Expect(owner.Page.GetByText("Grace was removed")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave team" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();

        await owner.OpenAsync("/team/keys");
        await owner.Page.GetByLabel("Name").FillAsync("Line controller");
        await owner.Page.Locator("[data-test=create-key]").ClickAsync();
        await Expect(owner.Page.Locator("[data-test=api-key]")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^fsad_"));
        await Expect(owner.Page.Locator("[data-key='Line controller']")).ToBeVisibleAsync();
        await owner.ShootAsync("team-keys");

        await owner.OpenAsync("/team/audit");
        await Expect(owner.Page.Locator("[data-entry='member.remove']")).ToBeVisibleAsync();
        await owner.Page.Locator("[data-test=verify]").ClickAsync();
        await Expect(owner.Page.Locator("[data-test=whole]")).ToBeVisibleAsync();
        await owner.ShootAsync("team-audit");
        await owner.Page.GetByLabel("Action").SelectOptionAsync("member.join");
        await Expect(owner.Page.Locator("[data-entry]")).ToHaveCountAsync(1);
        var download = await owner.Page.RunAndWaitForDownloadAsync(() => owner.Page.Locator("[data-test=csv]").ClickAsync());
        Assert.Equal(2, (await File.ReadAllLinesAsync(await download.PathAsync(), ct)).Length);

        await owner.Page.GotoAsync("/account");
        await owner.ShootAsync("account");
        Assert.Empty(owner.Violations.Concat(guest.Violations));
    }

    [Fact]
    public async Task A_member_of_two_teams_goes_from_one_to_the_other()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var first = new Person(await browser.NewPersonAsync(portal), "Alpha");
        var second = new Person(await browser.NewPersonAsync(portal), "Beta");
        await first.RegisterAsync();
        await second.RegisterAsync();
        await first.OpenAsync("/team");
        await first.Page.Locator("[data-test=invite]").ClickAsync();
        var link = await first.Page.Locator("[data-test=invitation-link]").InputValueAsync();
        await second.Page.GotoAsync(link);
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Join Alpha" }).ClickAsync();
        await second.InteractiveAsync();
        await Expect(second.Page.Locator(".fs-team")).ToHaveTextAsync("Alpha");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Account" }).ClickAsync();
        await second.ShootAsync("account-menu");
        await second.Page.Locator("[data-test=switch-team]").ClickAsync();
        await second.InteractiveAsync();
        await Expect(second.Page.Locator(".fs-team")).ToHaveTextAsync("Beta");
    }
}
