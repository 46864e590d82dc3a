using System.Globalization;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Load;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>Drawing in a browser: shapes, undo, a lost connection, a closed page, and an ignore region that a score follows.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class AnnotatePageTests(BrowserFixture browser)
{
    [Fact]
    public async Task What_is_drawn_survives_undo_reload_and_a_lost_connection_and_a_score_follows_its_ignore_region()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var page = await browser.NewPersonAsync(portal);
        var person = new Person(page, "Drawing team");
        await person.RegisterAsync();
        using var http = new HttpClient { BaseAddress = new Uri(portal.Url) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Ledger.AddKey(portal, TeamPermissionRules.Scopes));
        var project = await ScoredBackup.RestoreAsync(http, 3, ct);
        await person.OpenAsync($"/projects/{project}/results");
        await page.Locator("[data-score]").First.ClickAsync();
        var before = await ScoreAsync(page);
        var result = page.Url;
        await page.Locator("[data-test=draw]").ClickAsync();
        await ReadyAsync(page);
        var address = page.Url;

        // A polygon and a brush stroke.
        await page.Keyboard.PressAsync("p");
        foreach (var (x, y) in new[] { (0.3, 0.3), (0.4, 0.3), (0.38, 0.42) })
            await ClickAsync(page, x, y);
        await page.Keyboard.PressAsync("Enter");
        await CountAsync(page, 1);
        await page.Keyboard.PressAsync("b");
        await DragAsync(page, (0.5, 0.3), (0.6, 0.35));
        await CountAsync(page, 2);
        await SavedAsync(page);
        await person.ShootAsync("annotate");
        await page.Keyboard.PressAsync("Control+z");
        await CountAsync(page, 1);
        await page.Keyboard.PressAsync("Control+Shift+z");
        await CountAsync(page, 2);
        await SavedAsync(page);
        await page.ReloadAsync();
        await ReadyAsync(page);
        await CountAsync(page, 2);

        // The eraser takes away what lies under it, and is taken back like any stroke.
        var layer = page.Locator(".fs-draw-canvas");
        await page.Keyboard.PressAsync("v");
        var drawn = await layer.ScreenshotAsync();
        await page.Keyboard.PressAsync("e");
        await DragAsync(page, (0.48, 0.29), (0.62, 0.36));
        await CountAsync(page, 3);
        await page.Keyboard.PressAsync("v");
        Assert.NotEqual(drawn, await layer.ScreenshotAsync());
        await page.Keyboard.PressAsync("Control+z");
        await CountAsync(page, 2);
        await SavedAsync(page);

        // By keyboard alone: a box at the crosshair.
        await page.Locator(".fs-draw-canvas").FocusAsync();
        foreach (var key in new[] { "x", "ArrowLeft", "Space", "Shift+ArrowRight", "Shift+ArrowDown", "Space" })
            await page.Keyboard.PressAsync(key);
        await CountAsync(page, 3);
        await SavedAsync(page);

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await person.ThemeAsync(ColorScheme.Light);
        // The network goes in the middle; drawing goes on, and comes to the server when it is back.
        await page.Context.SetOfflineAsync(true);
        await page.Keyboard.PressAsync("b");
        await DragAsync(page, (0.3, 0.6), (0.4, 0.65));
        await Expect(page.Locator("[data-test=save-state]")).ToContainTextAsync("Not saved: no connection, kept in this browser");
        await DragAsync(page, (0.3, 0.7), (0.4, 0.75));
        await CountAsync(page, 5);
        await person.ShootAsync("annotate-offline", ColorScheme.Light);
        await page.Context.SetOfflineAsync(false);
        await SavedAsync(page);
        await page.ReloadAsync();
        await ReadyAsync(page);
        await CountAsync(page, 5);

        // Again, and this time the page dies before the network is back.
        await page.Context.SetOfflineAsync(true);
        await page.Keyboard.PressAsync("b");
        await DragAsync(page, (0.2, 0.2), (0.25, 0.2));
        await CountAsync(page, 6);
        await page.CloseAsync();
        var next = await page.Context.NewPageAsync();
        await next.Context.SetOfflineAsync(false);
        await next.GotoAsync(address);
        await ReadyAsync(next);
        await CountAsync(next, 6);
        await SavedAsync(next);

        // What is ignored does not count: the score falls to what is left, and the one of all pixels stands beside it.
        await next.Locator("[data-test=layer-ignore]").CheckAsync();
        await next.Keyboard.PressAsync("x");
        await DragAsync(next, (ScoredBackup.HotX - 0.25, ScoredBackup.HotY - 0.25), (ScoredBackup.HotX + 0.25, ScoredBackup.HotY + 0.25));
        await CountAsync(next, 7);
        await SavedAsync(next);
        await next.GotoAsync(result);
        await Expect(next.Locator("[data-test=full-score]")).ToBeVisibleAsync();
        Assert.True(await ScoreAsync(next) < before / 2, $"{await ScoreAsync(next)} after {before}");
        Assert.Equal(before, double.Parse(await next.Locator("[data-test=full-score]").InnerTextAsync(), CultureInfo.InvariantCulture));
        Assert.Empty(person.Violations);
    }

    private static async Task<double> ScoreAsync(IPage page) =>
        double.Parse(await page.Locator("[data-test=raw-score]").InnerTextAsync(), CultureInfo.InvariantCulture);

    private static Task ReadyAsync(IPage page) => Expect(page.Locator(".fs-stage-host[data-ready=true]")).ToBeVisibleAsync();

    private static Task CountAsync(IPage page, int shapes) =>
        Expect(page.Locator("[data-test=shapes] .fs-draw-name")).ToHaveCountAsync(shapes);

    private static Task SavedAsync(IPage page) =>
        Expect(page.Locator("[data-test=save-state]")).ToHaveTextAsync("Saved", new() { Timeout = 40_000 });

    private static async Task ClickAsync(IPage page, double x, double y)
    {
        var (left, top) = await AtAsync(page, x, y);
        await page.Mouse.ClickAsync(left, top);
    }

    private static async Task DragAsync(IPage page, (double X, double Y) from, (double X, double Y) to)
    {
        var (left, top) = await AtAsync(page, from.X, from.Y);
        await page.Mouse.MoveAsync(left, top);
        await page.Mouse.DownAsync();
        (left, top) = await AtAsync(page, to.X, to.Y);
        await page.Mouse.MoveAsync(left, top, new() { Steps = 8 });
        await page.Mouse.UpAsync();
    }

    /// <summary>A place on the picture, which lies fitted and square in the middle of the stage.</summary>
    private static async Task<(float Left, float Top)> AtAsync(IPage page, double x, double y)
    {
        var box = (await page.Locator(".fs-draw-canvas").BoundingBoxAsync())!;
        var side = Math.Min(box.Width, box.Height) - 24;
        return ((float)(box.X + (box.Width / 2) + ((x - 0.5) * side)), (float)(box.Y + (box.Height / 2) + ((y - 0.5) * side)));
    }
}
