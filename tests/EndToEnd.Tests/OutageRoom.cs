using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>Somebody with several pages of one project open, as an outage finds them.</summary>
internal sealed class OutageRoom
{
    /// <summary>Images of the project, each with a result that waits for a verdict.</summary>
    private const int Images = 6;

    private readonly BrowserFixture browser;
    private readonly PortalProcess portal;
    private readonly IBrowserContext context;

    private OutageRoom(BrowserFixture browser, PortalProcess portal, IPage first, HttpPerson rest, string project)
    {
        (this.browser, this.portal, Rest, Project) = (browser, portal, rest, project);
        context = first.Context;
        First = new Person(first, "Outage room");
    }

    public Person First { get; }

    public HttpPerson Rest { get; }

    public string Project { get; }

    public static async Task<OutageRoom> EnterAsync(BrowserFixture browser, PortalProcess portal, CancellationToken ct)
    {
        var rest = await HttpPerson.RegisterAsync(portal.Url, "Outage room", ct);
        var project = await Load.ScoredBackup.RestoreAsync(rest.Http, Images, ct);
        var page = await AtSignInAsync(browser, portal);
        await page.SetViewportSizeAsync(1280, 800);
        var room = new OutageRoom(browser, portal, page, rest, project);
        await SignInAsync(page);
        return room;
    }

    /// <returns>One of the results, as its address has it.</returns>
    public async Task<string> ResultAsync(CancellationToken ct)
    {
        var page = await Rest.Http.GetFromJsonAsync<JsonElement>($"/api/v1/projects/{Project}/results?limit=1", ct);
        return page.GetProperty("items")[0].GetProperty("id").GetGuid().ToString("N");
    }

    public static async Task SignInAsync(IPage page)
    {
        await FillSignInAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.Locator("[data-interactive=true]")).ToBeVisibleAsync();
    }

    /// <summary>Another tab of the same person.</summary>
    public async Task<IPage> OpenAsync(string path)
    {
        var page = await context.NewPageAsync();
        await page.SetViewportSizeAsync(1280, 800);
        await page.GotoAsync(path);
        await Expect(page.Locator("[data-interactive=true]")).ToBeVisibleAsync();
        return page;
    }

    /// <summary>Another tab, before anything is loaded.</summary>
    public Task<IPage> TabAsync() => context.NewPageAsync();

    /// <summary>Somebody who is not signed in yet, with the form for that filled in.</summary>
    public async Task<IPage> StrangerAsync()
    {
        var page = await AtSignInAsync(browser, portal);
        await FillSignInAsync(page);
        return page;
    }

    /// <summary>The same person at another machine, whose browser has nothing of the project yet.</summary>
    public async Task<IPage> ElsewhereAsync()
    {
        var page = await AtSignInAsync(browser, portal);
        await SignInAsync(page);
        return page;
    }

    public static ILocator Notice(IPage page) => page.Locator("#outage");

    public static Task SaysAsync(IPage page, string text) => Expect(Notice(page)).ToContainTextAsync(text);

    public static Task QuietAsync(IPage page) => Expect(Notice(page)).ToHaveAttributeAsync("data-state", new Regex("^(back)?$"));

    /// <summary>Neither a fault nor the end of the circuit.</summary>
    public static async Task IsWholeAsync(IPage page)
    {
        await Expect(page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
        await Expect(page.GetByText("This page met a fault", new() { Exact = true })).ToHaveCountAsync(0);
        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
    }

    public static async Task DragAsync(IPage page, (double X, double Y) from, (double X, double Y) to)
    {
        var box = (await page.Locator(".fs-draw-canvas").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync((float)(box.X + (from.X * box.Width)), (float)(box.Y + (from.Y * box.Height)));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync((float)(box.X + (to.X * box.Width)), (float)(box.Y + (to.Y * box.Height)), new() { Steps = 4 });
        await page.Mouse.UpAsync();
    }

    /// <summary>Until so many pictures of a page have not come, and all others have.</summary>
    public static Task MissingAsync(IPage page, int count) => page.WaitForFunctionAsync(
        """
        count => {
          const pictures = [...document.images].filter((image) => image.getAttribute('src')?.startsWith('/api/'));
          return pictures.length > count && pictures.every((image) => image.complete) && pictures.filter((image) => !image.naturalWidth).length === count;
        }
        """,
        count);

    private static async Task<IPage> AtSignInAsync(BrowserFixture browser, PortalProcess portal)
    {
        var page = await browser.NewPersonAsync(portal);
        await page.GotoAsync("/sign-in");
        return page;
    }

    private static async Task FillSignInAsync(IPage page)
    {
        await page.GetByLabel("E-mail").FillAsync("outage.room@http.test");
        await page.GetByLabel("Password").FillAsync(HttpPerson.Password);
    }
}
