using System.Globalization;
using System.Text.RegularExpressions;
using FewShotAD.Domain.Images;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>An engineer moves the line by mouse and keys, sees at once what that means, saves it with a reason, and goes back.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class LinePageTests(BrowserFixture browser)
{
    /// <summary>Of 44 images 24 are good, 16 defective, 4 without a label; by T1 = 1 and T2 = 2 two defects escape and one alarm is false.</summary>
    private static readonly (ImageLabel Label, double Score)[] Images =
    [
        .. Enumerable.Range(0, 23).Select(i => (ImageLabel.Normal, 0.35 + (i * 0.05))), (ImageLabel.Normal, 2.05),
        .. Enumerable.Range(0, 16).Select(i => (ImageLabel.Defective, 0.85 + (i * 0.14))),
        (ImageLabel.Unknown, 0.6), (ImageLabel.Unknown, 1.1), (ImageLabel.Unknown, 1.75), (ImageLabel.Unknown, 2.4),
    ];

    [Fact]
    public async Task The_line_is_dragged_saved_with_a_reason_and_gone_back_from()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var page = await browser.NewPersonAsync(portal);
        var owner = new Person(page, "Line team");
        await owner.RegisterAsync();
        var project = await owner.CreateProjectAsync("Flange");
        await owner.OpenAsync($"/projects/{project}/line");
        await Expect(page.GetByText("No model yet")).ToBeVisibleAsync();
        await owner.ShootAsync("line-empty");
        await ReviewSeed.ScoresAsync(portal, project, [.. Images.Select(i => i.Score)], 0, ct, [.. Images.Select(i => i.Label)]);

        await FailedAsync(owner, project);
        await CostsAsync(page);
        await DragAsync(page);
        await KeysAsync(page);
        foreach (var (width, height) in new[] { (1024, 2000), (1440, 900) })
        {
            await page.SetViewportSizeAsync(width, height);
            await owner.ShootAsync($"line-{width}");
        }

        await SaveAndGoBackAsync(owner, project);
        Assert.Empty(owner.Violations);
    }

    /// <summary>Scores that do not come leave a page that says so, and a button that mends it.</summary>
    private static async Task FailedAsync(Person owner, string project)
    {
        await owner.Page.RouteAsync("**/line/scores", route => route.FulfillAsync(new() { Status = 503 }));
        await owner.OpenAsync($"/projects/{project}/line");
        await Expect(owner.Page.Locator("[data-part=failed]")).ToContainTextAsync("The list of scores cannot be fetched at the moment.");
        await owner.ShootAsync("line-failed");
        await owner.Page.UnrouteAsync("**/line/scores");
        await owner.Page.Locator("[data-part=retry]").ClickAsync();
        await Expect(owner.Page.Locator("[data-test=line]")).ToHaveAttributeAsync("data-state", "ready");
        await Expect(Cell(owner.Page, "defective-normal")).ToHaveTextAsync("2");
        await Expect(Cell(owner.Page, "good-defect")).ToHaveTextAsync("1");
    }

    private static async Task CostsAsync(IPage page)
    {
        foreach (var curve in new[] { "roc", "pr" })
            await Expect(page.Locator($"[data-part={curve}] svg path.curve").First).ToBeVisibleAsync();
        await Expect(page.Locator("[data-part=cheapest]")).ToBeDisabledAsync();
        foreach (var (name, cost) in new[] { ("escape", "50"), ("falseAlarm", "4"), ("review", "1"), ("defectPercent", "5") })
        {
            await page.Locator($"[data-part=cost-{name}]").FillAsync(cost);
            await page.Locator($"[data-part=cost-{name}]").PressAsync("Tab");
        }

        await page.Locator("[data-part=cheapest]").ClickAsync();
        await Expect(page.Locator("[data-part=cost]")).ToContainTextAsync("the least there is");
        await page.Locator("[data-part=normals]").ClickAsync();
        Assert.Equal(1, await ValueAsync(page, "t1"));
    }

    private static async Task DragAsync(IPage page)
    {
        var grip = await page.Locator("[data-handle=t2] span").BoundingBoxAsync() ?? throw new InvalidOperationException("T2 has no grip.");
        var (x, y) = (grip.X + (grip.Width / 2), grip.Y + (grip.Height / 2));
        var found = int.Parse(await Cell(page, "defective-defect").InnerTextAsync(), CultureInfo.InvariantCulture);
        await page.Mouse.MoveAsync(x, y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(x - 60, y, new() { Steps = 6 });
        // The button is still down: nobody has asked the server.
        Assert.True(int.Parse(await Cell(page, "defective-defect").InnerTextAsync(), CultureInfo.InvariantCulture) > found);
        Assert.InRange(await ValueAsync(page, "t2"), 1.2, 1.95);
        await page.Mouse.UpAsync();
        await Expect(page.Locator("[data-flip=uncertain-defect] canvas[data-state=ready]").First).ToBeVisibleAsync();
    }

    private static async Task KeysAsync(IPage page)
    {
        var handle = page.GetByRole(AriaRole.Slider, new() { Name = "T2, from here certainly defective" });
        await handle.FocusAsync();
        var before = await ValueAsync(page, "t2");
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.True(await ValueAsync(page, "t2") > before);
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("Home");
        // It stops at T1.
        Assert.Equal(1, await ValueAsync(page, "t2"));
        await Expect(handle).ToHaveAttributeAsync("aria-valuetext", new Regex("^1; .* 0 uncertain, .* defect$"));
        await page.Locator("[data-part=t2-number]").FillAsync("1.7");
        await page.Locator("[data-part=t2-number]").PressAsync("Enter");
        await Expect(handle).ToHaveAttributeAsync("aria-valuenow", "1.7");
        await Expect(page.Locator("[data-part=change]")).ToContainTextAsync("uncertain → defect");
    }

    private static async Task SaveAndGoBackAsync(Person owner, string project)
    {
        var page = owner.Page;
        await Expect(page.Locator("[data-test=save]")).ToBeDisabledAsync();
        await page.Locator("[data-test=reason]").FillAsync("Two escapes of scratches last week");
        await page.Locator("[data-test=save]").ClickAsync();
        await Expect(page.Locator("[data-test=in-force]")).ToContainTextAsync("Version 2 · by Owner of Line team");
        await Expect(page.Locator("[data-version='2']")).ToContainTextAsync("Two escapes of scratches last week");
        await Expect(page.Locator("[data-part=change]")).ToContainTextAsync("where the line is");
        await page.SetViewportSizeAsync(1440, 1700);
        await Expect(page.Locator(".mud-snackbar")).ToContainTextAsync("Version 2 is in force");
        await page.Locator(".mud-snackbar button").ClickAsync();
        await owner.MessagesGoneAsync();
        await owner.ShootAsync("line-saved");

        // The image at 1.75 was uncertain before.
        var flipped = Array.FindIndex(Images, image => image.Score == 1.75);
        var tile = page.Locator($"[data-image='test/{flipped:000}.png']");
        await owner.OpenAsync($"/projects/{project}/results");
        await Expect(tile).ToContainTextAsync("Defect");
        await owner.OpenAsync($"/projects/{project}/line");
        await page.Locator("[data-version='1'] [data-test=go-back]").ClickAsync();
        await Expect(page.Locator("[data-version='3']")).ToContainTextAsync("Back to version 1");
        await Expect(page.Locator("[data-part=t2-number]")).ToHaveValueAsync("2");
        await owner.OpenAsync($"/projects/{project}/results");
        await Expect(tile).ToContainTextAsync("Uncertain");
    }

    private static ILocator Cell(IPage page, string name) => page.Locator($"[data-part={name}]");

    private static async Task<double> ValueAsync(IPage page, string handle) =>
        double.Parse((await page.Locator($"[data-handle={handle}]").GetAttributeAsync("aria-valuenow"))!, CultureInfo.InvariantCulture);
}
