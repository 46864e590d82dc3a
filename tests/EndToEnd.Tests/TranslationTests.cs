using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>With a translation beside the program every page is in it, scripts and dialogs included: what is still in English was never a text of the resources.</summary>
[Collection(nameof(BrowserCollection))]
public sealed partial class TranslationTests(BrowserFixture browser)
{
    /// <summary>All that can be seen or is read out, but keys to press and what is typed word by word.</summary>
    private const string Read = """
        () => {
          const seen = [];
          const skip = 'kbd, code, pre, script, style, noscript, [lang=en]';
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode())
            if (!walker.currentNode.parentElement.closest(skip)) seen.push(walker.currentNode.textContent);
          for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-valuetext'])
            for (const element of document.body.querySelectorAll(`[${name}]`)) if (!element.closest(skip)) seen.push(element.getAttribute(name));
          seen.push(document.title);
          return seen.map((text) => text.trim()).filter(Boolean);
        }
        """;

    private static readonly string[] Pages =
    [
        "/", "/runs", "/notices", "/restore", "/team", "/team/keys", "/team/audit", "/team/webhooks", "/account", "/projects/{0}", "/projects/{0}/images", "/projects/{0}/train", "/projects/{0}/try",
        "/projects/{0}/results", "/projects/{0}/evaluation", "/projects/{0}/report", "/projects/{0}/line", "/projects/{0}/review", "/projects/{0}/review/decided",
        "/projects/{0}/review/statistics", "/projects/{0}/schedules", "/projects/{0}/exports", "/projects/{0}/settings", "/projects/{0}/nowhere",
    ];

    private readonly List<string> english = [];

    [Fact]
    public async Task Every_page_says_only_what_is_translated()
    {
        var ct = TestContext.Current.CancellationToken;
        var translation = PseudoLocale.Install(typeof(Portal.App).Assembly, Path.GetDirectoryName(PortalProcess.Program)!);
        try
        {
            await using var portal = await PortalProcess.StartAsync(ct);
            var person = new Person(await browser.NewPersonAsync(portal), "Tour");
            await person.RegisterAsync();
            var project = await person.CreateProjectAsync("Flange");
            await person.Page.Context.AddCookiesAsync([new() { Name = ".AspNetCore.Culture", Value = $"c=en|uic={PseudoLocale.Name}", Url = portal.Url }]);
            await VisitAsync(person, project);
            await ReviewSeed.ScoresAsync(portal, project, [0.4, .. Enumerable.Range(1, 23).Select(i => 0.3 + (i * 0.11))], 0, ct);
            await VisitAsync(person, project);
            await OpenedAsync(person, project);
        }
        finally
        {
            Directory.Delete(translation, recursive: true);
        }

        Assert.True(english.Count == 0, string.Join('\n', english.Distinct()));
    }

    private async Task VisitAsync(Person person, string project)
    {
        foreach (var page in Pages)
        {
            await person.Page.GotoAsync(page.Replace("{0}", project, StringComparison.Ordinal));
            await SettledAsync(person.Page);
            await ReadAsync(person.Page, page);
        }
    }

    /// <summary>What shows only when something is opened or moved.</summary>
    private async Task OpenedAsync(Person person, string project)
    {
        var page = person.Page;
        await person.OpenAsync("/");
        await page.Locator("[data-test=new-project]").First.ClickAsync();
        await Expect(page.Locator("input[data-test=project-name]")).ToBeVisibleAsync();
        await ReadAsync(page, "new project");

        await person.OpenAsync($"/projects/{project}/results");
        await page.Locator("[data-score]").First.ClickAsync();
        await Expect(page.Locator("[data-test=position]")).ToContainTextAsync("24");
        await SettledAsync(page);
        await ReadAsync(page, "one result");
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, "translated-result.png") });
        await page.Locator("[data-test=keys]").ClickAsync();
        await Expect(page.Locator(".fs-keys")).ToBeVisibleAsync();
        await ReadAsync(page, "keys of a result");
        // It hears the key once it has the focus.
        await Expect(page.Locator(".mud-dialog-container:focus-within")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".mud-dialog-container")).ToHaveCountAsync(0);
        await page.Locator("[data-test=draw]").ClickAsync();
        await Expect(page.Locator("[data-test=save-state]")).Not.ToBeEmptyAsync();
        await ReadAsync(page, "drawing");

        await person.OpenAsync($"/projects/{project}/line");
        await Expect(page.Locator("[data-test=line]")).ToHaveAttributeAsync("data-state", "ready");
        await page.Locator("[data-part=t2-number]").FillAsync("1.5");
        await page.Locator("[data-part=t2-number]").PressAsync("Tab");
        await Expect(page.Locator("[data-test=flips]")).ToBeVisibleAsync();
        await ReadAsync(page, "a moved line");
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, "translated-line.png"), FullPage = true });
    }

    private static async Task SettledAsync(IPage page)
    {
        await Expect(page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
        await Expect(page.Locator("h1, .fs-empty").First).ToBeVisibleAsync();
    }

    private async Task ReadAsync(IPage page, string where)
    {
        var seen = await page.EvaluateAsync<string[]>(Read);
        Assert.Contains(seen, text => text.Any(letter => letter > '\u0100'));
        english.AddRange(seen.Select(text => Data().Replace(text, " ")).Where(text => Plain().IsMatch(text)).Select(text => $"{where}: {text.Trim()}"));
    }

    /// <summary>Names that people or the program gave, and formats of values.</summary>
    [GeneratedRegex(@"FewShotAD|MobileNetV2|ResNet-18|Wide ResNet-50-2|EfficientNet-B4|Apache-2.0|BSD-3-Clause|ImageNet(, COCO and VOC)?|Owner of Tour|Tour|Flange|scratch|dent|\bpng\b|download\.pytorch\.org|[\w.]+@example\.test|(train|test)/[\w/]+\.png|\w+\.png|\bUTC\b|https?://\S+|\b[0-9a-f]{12,}\b|[a-z]+\.[a-z-]+(?=$|\s)")]
    private static partial Regex Data();

    [GeneratedRegex("[A-Za-z]{3,}")]
    private static partial Regex Plain();
}
