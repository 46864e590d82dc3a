using System.Text.RegularExpressions;
using FewShotAD.Domain.Images;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>Two people decide about a challenger: one compares and asks, the other compares and approves; then it is rolled back.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class RegistryTests(BrowserFixture browser)
{
    private static readonly (ImageLabel Label, double Score)[] Images =
    [
        .. Enumerable.Range(0, 23).Select(i => (ImageLabel.Normal, 0.35 + (i * 0.05))), (ImageLabel.Normal, 2.05),
        .. Enumerable.Range(0, 16).Select(i => (ImageLabel.Defective, 0.85 + (i * 0.14))),
        (ImageLabel.Unknown, 0.6), (ImageLabel.Unknown, 1.1), (ImageLabel.Unknown, 1.75), (ImageLabel.Unknown, 2.4),
    ];

    [Fact]
    public async Task A_challenger_is_compared_asked_for_approved_by_another_person_and_rolled_back()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var owner = new Person(await browser.NewPersonAsync(portal), "Registry team");
        await owner.RegisterAsync();
        var guest = await InviteAsync(portal, owner);
        await owner.OpenAsync("/notices");
        await Expect(owner.Page.GetByText("Nothing has happened yet")).ToBeVisibleAsync();
        await owner.ShootAsync("notices-none");
        var project = await owner.CreateProjectAsync("Flange");
        await owner.OpenAsync($"/projects/{project}/models");
        await Expect(owner.Page.GetByText("No model yet")).ToBeVisibleAsync();
        await ReviewSeed.ScoresAsync(portal, project, [.. Images.Select(i => i.Score)], 0, ct, [.. Images.Select(i => i.Label)]);
        await owner.OpenAsync($"/projects/{project}/models");
        await owner.Page.Locator("[data-version='1'] [data-test=publish]").ClickAsync();
        await Expect(owner.Page.Locator("[data-test=champion]")).ToHaveTextAsync("v1");
        // Defects stand out more, and three good ones do as well.
        await ReviewSeed.AnotherVersionAsync(portal, project, (score, i) => Images[i].Label == ImageLabel.Defective ? score + 0.6 : i % 8 == 7 ? score + 0.8 : score * 0.9, ct);

        await owner.OpenAsync($"/projects/{project}/settings");
        await owner.Page.Locator("[data-test=approval-needed]").CheckAsync();
        await owner.Page.Locator("[data-test=save-approval]").ClickAsync();
        await Expect(owner.Page.Locator(".mud-snackbar")).ToContainTextAsync("Saved");
        await CompareAsync(guest, project);
        await AskAsync(guest, project);
        await ReviewSeed.ScheduleAtWorkAsync(portal, project, ct);
        await FindNoticesAsync(owner, guest, project);
        await ApproveAsync(owner, project);
        await owner.Page.Locator("[data-test=roll-back]").ClickAsync();
        await Expect(owner.Page.Locator("[data-test=champion]")).ToHaveTextAsync("v1");
        await Expect(owner.Page.Locator("[data-test=history]")).ToContainTextAsync("Rolled back to v1");
        await owner.MessagesGoneAsync();
        await owner.ShootAsync("models-history");
        Assert.Empty(owner.Violations.Concat(guest.Violations));
    }

    private async Task<Person> InviteAsync(PortalProcess portal, Person owner)
    {
        await owner.OpenAsync("/team");
        await owner.Page.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync("Engineer");
        await owner.Page.Locator("[data-test=invite]").ClickAsync();
        var link = await owner.Page.Locator("[data-test=invitation-link]").InputValueAsync();
        var page = await browser.NewPersonAsync(portal);
        var guest = new Person(page, "Registry guest");
        await page.GotoAsync(link);
        await page.GetByLabel("Your name").FillAsync("Grace");
        await page.GetByLabel("E-mail").FillAsync(guest.Email);
        await page.GetByLabel("Password").FillAsync(Person.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account and join" }).ClickAsync();
        await guest.InteractiveAsync();
        return guest;
    }

    private static async Task CompareAsync(Person guest, string project)
    {
        var page = guest.Page;
        await guest.OpenAsync($"/projects/{project}/models");
        await page.Locator("[data-version='2'] [data-test=compare]").ClickAsync();
        await Expect(page.Locator("[data-test=basis]")).ToContainTextAsync("44 images");
        await Expect(page.Locator("[data-test=scatter]")).ToHaveAttributeAsync("data-state", "ready");
        await Expect(page.Locator("[data-test=compared] li").First).ToBeVisibleAsync();
        foreach (var (width, height) in new[] { (1280, 1500), (1024, 1900) })
        {
            await page.SetViewportSizeAsync(width, height);
            await guest.ShootAsync($"compare-{width}");
        }

        await page.SetViewportSizeAsync(1440, 900);
        await page.Locator("[data-test=show-worse]").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("show=worse"));
        await Expect(page.Locator("[data-test=compared] li").First).ToContainTextAsync("labelled good");
        // A point of the plot leads to its image.
        await page.Locator("[data-test=scatter] canvas").ScrollIntoViewIfNeededAsync();
        var box = await page.Locator("[data-test=scatter] canvas").BoundingBoxAsync() ?? throw new InvalidOperationException("There is no plot.");
        // Good ones lie where both say little; the edges are the plot's own.
        for (var scaled = 5.0; !Regex.IsMatch(page.Url, "/results/"); scaled++)
        {
            Assert.True(scaled < 100, "No point of a good image is where it should be.");
            var (x, y) = (40 + (scaled / 100 * (box.Width - 52)), 12 + ((1 - (((0.9 * scaled) - 1.67) / 100)) * (box.Height - 48)));
            await page.Mouse.MoveAsync((float)(box.X + x), (float)(box.Y + y));
            if (await page.Locator("[data-part=at]").TextContentAsync() is not { Length: > 0 })
                continue;
            await page.Mouse.DownAsync();
            await page.Mouse.UpAsync();
            await page.WaitForURLAsync(new Regex("/results/[0-9a-f]{32}"));
        }
    }

    private static async Task AskAsync(Person guest, string project)
    {
        var page = guest.Page;
        await guest.OpenAsync($"/projects/{project}/models");
        await page.Locator("[data-version='2'] [data-test=show-details]").ClickAsync();
        await Expect(page.Locator("[data-test=details]")).ToContainTextAsync("libtorch 2.10.0");
        foreach (var (width, height) in new[] { (1280, 1100), (1024, 1200) })
        {
            await page.SetViewportSizeAsync(width, height);
            await guest.ShootAsync($"models-{width}");
        }

        await page.SetViewportSizeAsync(1440, 900);
        await page.Locator("[data-version='2'] [data-test=ask]").ClickAsync();
        await page.Locator("[data-test=comment]").FillAsync("Finds the scratches that v1 lets through");
        await page.Locator("[data-test=send-request]").ClickAsync();
        await Expect(page.Locator("[data-test=waiting]")).ToContainTextAsync("You asked for it yourself");
        await Expect(page.Locator("[data-test=approve]")).ToHaveCountAsync(0);
    }

    /// <summary>On whatever page they are, people see that something happened; what one has read the other has not.</summary>
    private static async Task FindNoticesAsync(Person owner, Person guest, string project)
    {
        var page = owner.Page;
        await Expect(page.Locator("[data-test=new-notices]")).ToHaveTextAsync("4", new() { Timeout = 30_000 });
        await page.SetViewportSizeAsync(1280, 900);
        await page.Locator("[data-test=notices]").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-test=notice-list] li[data-new=true]")).ToHaveCountAsync(4);
        await Expect(page.Locator("[data-kind=ApprovalAsked]")).ToContainTextAsync("Grace asks to publish v2 of Flange");
        await Expect(page.Locator("[data-kind=ChallengerReady]")).ToContainTextAsync("published v1 with image AUROC 0.941");
        await page.Locator("[data-kind=DriftDetected] [data-test=read]").ClickAsync();
        await Expect(page.Locator("[data-test=notice-list] li[data-new=true]")).ToHaveCountAsync(3);
        await owner.ShootAsync("notices");
        await page.Locator("[data-kind=ChallengerReady] a").ClickAsync();
        await Expect(page.Locator("[data-test=basis]")).ToContainTextAsync("44 images");
        await Expect(page.Locator("[data-test=new-notices]")).ToHaveTextAsync("2");
        await page.Locator("[data-test=notices]").ClickAsync();
        await page.Locator("[data-test=only-new]").ClickAsync();
        await Expect(page.Locator("[data-test=notice-list] li")).ToHaveCountAsync(2);
        await page.Locator("[data-test=read-all]").ClickAsync();
        await Expect(page.Locator("[data-test=new-notices]")).ToHaveCountAsync(0);
        await Expect(page.GetByText("Nothing new")).ToBeVisibleAsync();
        // The one who asked is told of the rest, and not of their own request.
        await guest.OpenAsync($"/projects/{project}/models");
        await Expect(guest.Page.Locator("[data-test=new-notices]")).ToHaveTextAsync("3");
    }

    private static async Task ApproveAsync(Person owner, string project)
    {
        var page = owner.Page;
        await owner.OpenAsync($"/projects/{project}/models");
        await Expect(page.Locator("[data-test=waiting]")).ToContainTextAsync("Grace asked");
        await page.SetViewportSizeAsync(1280, 900);
        await owner.ShootAsync("models-waiting");
        await page.Locator("[data-test=approve]").ClickAsync();
        await Expect(page.Locator("[data-test=champion]")).ToHaveTextAsync("v2");
        await Expect(page.Locator("[data-test=history]")).ToContainTextAsync("approved by a second person");
    }
}
