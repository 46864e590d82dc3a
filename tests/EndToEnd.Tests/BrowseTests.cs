using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>The results browser: from a filter to one image, a good shot beside it, on and back, and the same address at a colleague's.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class BrowseTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const int Many = 20_000;

    [Fact]
    public async Task Results_are_filtered_looked_at_and_shared()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var person = new Person(await browser.NewPersonAsync(portal), "Browsing line");
        await person.RegisterAsync();
        var project = await person.CreateProjectAsync("Flange");
        await person.OpenAsync($"/projects/{project}/results");
        await Expect(person.Page.GetByText("No model yet")).ToBeVisibleAsync();
        await person.ShootAsync("browse-no-model");
        // The first is labelled defective, and scores as a good part: the one that escapes.
        await ReviewSeed.ScoresAsync(portal, project, [0.4, .. Enumerable.Range(1, 39).Select(i => 0.3 + (i * 0.07))], 0, ct);

        await GridAsync(person, project);
        await FilterAsync(person);
        await OneAsync(person, project);
        await ShareAsync(portal, person);
        await StatesAsync(person, project);
        Assert.Empty(person.Violations);
    }

    [Fact]
    public async Task Twenty_thousand_results_scroll_and_nothing_stays_blank()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var person = new Person(await browser.NewPersonAsync(portal), "Scrolling line");
        await person.RegisterAsync();
        var project = await person.CreateProjectAsync("Flange");
        await ReviewSeed.ScoresAsync(portal, project, [.. Enumerable.Range(0, 24).Select(i => 0.3 + (i * 0.11))], 0, ct);
        ReviewSeed.Multiply(portal, Many);
        var page = person.Page;
        await page.SetViewportSizeAsync(1440, 900);
        await person.OpenAsync($"/projects/{project}/results");
        await FilledAsync(page);
        var frames = await page.EvaluateAsync<double[]>(
            """
            async () => {
              const frames = [];
              let [last, nodes] = [performance.now(), 0];
              const step = document.documentElement.scrollHeight / 40;
              // By hand and by the scroll bar: a stretch at reading speed, then far away, forty times.
              for (let jump = 0; jump < 40; jump++) {
                for (let i = 0; i < 20; i++) {
                  window.scrollBy(0, 24);
                  await new Promise(requestAnimationFrame);
                  const now = performance.now();
                  frames.push(now - last);
                  last = now;
                }
                nodes = Math.max(nodes, document.querySelectorAll('*').length);
                window.scrollTo(0, jump * step);
              }
              return [...frames, nodes];
            }
            """);
        var (times, nodes) = (frames[..^1].Order().ToArray(), (int)frames[^1]);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"scrolling {Many} results: frame median {times[times.Length / 2]:0.0} ms, 95 % within {times[(int)(times.Length * 0.95)]:0.0} ms, worst {times[^1]:0} ms; at most {nodes} elements"));
        Assert.InRange(nodes, 100, 4_000);
        foreach (var part in new[] { 0.5, 0.999, 0.1 })
        {
            await page.EvaluateAsync("part => window.scrollTo(0, part * document.documentElement.scrollHeight)", part);
            await FilledAsync(page);
        }

        // The end of the strip is as near as its beginning.
        await page.EvaluateAsync("() => window.scrollTo(0, 0)");
        await FilledAsync(page);
        await page.Locator("[data-score]").First.ClickAsync();
        await Expect(page.Locator("[data-test=position]")).ToHaveTextAsync($"1 of {Many + 24}");
        await ReadyAsync(page);
        await page.EvaluateAsync("() => { const film = document.querySelector('.fs-film'); film.scrollTop = film.scrollHeight; }");
        await Expect(page.Locator(".fs-film a").Last).ToBeInViewportAsync(new() { Ratio = 0.9f });
        await page.Locator(".fs-film a").Last.ClickAsync();
        await Expect(page.Locator("[data-test=position]")).ToHaveTextAsync($"{Many + 24} of {Many + 24}");
        var steps = new List<double>();
        for (var i = 1; i <= 30; i++)
        {
            // From the key until the position says the image before: its picture was on the stage by then.
            steps.Add(await page.EvaluateAsync<double>(
                """
                async () => {
                  const place = document.querySelector('[data-test=position]'), before = place.textContent, began = performance.now();
                  document.dispatchEvent(new KeyboardEvent('keydown', { key: 'd', code: 'KeyD', bubbles: true }));
                  document.dispatchEvent(new KeyboardEvent('keyup', { key: 'd', code: 'KeyD', bubbles: true }));
                  while (place.textContent === before || document.querySelector('.fs-stage[aria-busy]')) await new Promise(requestAnimationFrame);
                  return performance.now() - began;
                }
                """));
        }

        steps.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"next image: median {steps[15]:0} ms, 95 % within {steps[28]:0} ms, worst {steps[^1]:0} ms"));
        await Expect(page.Locator("[data-test=position]")).ToHaveTextAsync($"{Many + 24 - 30} of {Many + 24}");
    }

    private static async Task GridAsync(Person person, string project)
    {
        var page = person.Page;
        await person.OpenAsync($"/projects/{project}/results");
        await FilledAsync(page);
        await Expect(page.Locator("[data-test=f-FalseNegative]")).ToContainTextAsync("1");
        await Expect(page.Locator("[data-test=legend]")).ToHaveAttributeAsync("aria-label", "Colour scale from 0.10 to 1.10, pixel threshold 0.60");
        await person.ShootAsync("browse-grid");
        await page.SetViewportSizeAsync(1024, 768);
        await Expect(page.Locator("[data-test=filters]")).ToBeHiddenAsync();
        await page.Locator("[data-test=fold]").ClickAsync();
        await Expect(page.Locator("[data-test=filters]")).ToBeVisibleAsync();
        await person.ShootAsync("browse-grid-1024-open");
        await page.SetViewportSizeAsync(1440, 900);
    }

    /// <summary>Every filter is in the address, and the numbers beside them are what they show.</summary>
    private static async Task FilterAsync(Person person)
    {
        var page = person.Page;
        await page.Locator("[data-test=f-FalseNegative]").ClickAsync();
        await page.WaitForURLAsync(new Regex("mistake=falsenegative"));
        await Expect(page.Locator("[data-score]")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-test=f-FalseNegative]")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Locator("[data-test=clear-filters]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "All 40" })).ToBeVisibleAsync();
        await page.Locator("[data-test=f-search]").FillAsync("TEST/00");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-score]")).ToHaveCountAsync(10);
        await page.Locator("[data-test=f-min]").FillAsync("0.5");
        await page.Keyboard.PressAsync("Tab");
        await page.WaitForURLAsync(new Regex("min=0.5&search=TEST"));
        await Expect(page.Locator("[data-score]")).ToHaveCountAsync(7);
        await page.Locator("[data-test=f-max]").FillAsync("0.8");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator("[data-score]")).ToHaveCountAsync(5);
        // Scored today, and nothing the day before yesterday.
        var before = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await page.Locator("[data-test=f-from]").FillAsync(before);
        await page.WaitForURLAsync(new Regex("from="));
        await Expect(page.Locator("[data-score]")).ToHaveCountAsync(5);
        await page.Locator("[data-test=f-to]").FillAsync(before);
        await Expect(page.GetByText("No result fits all of these filters.")).ToBeVisibleAsync();
        await page.Locator("[data-test=show-all]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Uncertain") }).First.ClickAsync();
        await page.WaitForURLAsync(new Regex("verdict=uncertain"));
        await page.WaitForFunctionAsync(
            "() => { const scores = [...document.querySelectorAll('[data-score]')].map(tile => Number(tile.dataset.score)); return scores.length > 0 && scores.every(score => score > 1 && score < 2); }");
        await page.Locator("[data-test=f-search]").FillAsync("no such part");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("No result fits all of these filters.")).ToBeVisibleAsync();
        await page.EvaluateAsync("() => window.scrollTo(0, 0)");
        await person.ShootAsync("browse-empty");
        await page.Locator("[data-test=show-all]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "All 40" })).ToBeVisibleAsync();
    }

    private static async Task OneAsync(Person person, string project)
    {
        var page = person.Page;
        await person.OpenAsync($"/projects/{project}/results?verdict=defect&order=nearest&label=unknown");
        await FilledAsync(page);
        var scores = await page.Locator("[data-score]").EvaluateAllAsync<double[]>("tiles => tiles.map(tile => Number(tile.dataset.score))");
        Assert.Equal(scores.Order(), scores);
        await page.Locator("[data-score]").First.ClickAsync();
        var position = page.Locator("[data-test=position]");
        await Expect(position).ToHaveTextAsync($"1 of {scores.Length}");
        await ReadyAsync(page);

        // A good shot beside it, that goes along with zoom and pan.
        await page.Keyboard.PressAsync("s");
        await Expect(page.Locator("[data-test=beside]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-test=beside-caption]")).ToHaveTextAsync(new Regex(@"^Nearest normal shot [12] of 2: train/good/00\d\.png$"));
        await ReadyAsync(page);
        await page.Keyboard.PressAsync("+");
        await page.Keyboard.PressAsync("+");
        var together = await TogetherAsync(page, "");
        await page.Locator("[data-part=beside-stage] canvas").FocusAsync();
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await page.Keyboard.PressAsync("+");
        await TogetherAsync(page, together);
        await person.ShootAsync("browse-beside");
        await page.Locator("[data-test=beside]").GetByText("Another shot").ClickAsync();
        await Expect(page.Locator("[data-test=beside-caption]")).ToHaveTextAsync(new Regex("^Normal shot 1 of 2"));

        // On and back, by key and by button; the strip follows.
        var first = page.Url;
        await page.Keyboard.PressAsync("f");
        await Expect(position).ToHaveTextAsync($"2 of {scores.Length}");
        await Expect(page.Locator(".fs-film a.active")).ToBeInViewportAsync();
        await page.Locator("[data-test=next-image]").ClickAsync();
        await Expect(position).ToHaveTextAsync($"3 of {scores.Length}");
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("d");
        await Expect(position).ToHaveTextAsync($"1 of {scores.Length}");
        await Expect(page).ToHaveURLAsync(first);
        await page.Keyboard.PressAsync("s");
        await Expect(page.Locator("[data-test=beside]")).ToBeHiddenAsync();
        await ReadyAsync(page);
        await person.ShootAsync("browse-one");
        await ContourAsync(page);
        await page.SetViewportSizeAsync(1024, 768);
        await Expect(page.Locator(".fs-score-line")).ToContainTextAsync("model v1");
        await Expect(page.Locator("[data-test=raw-score]")).ToBeHiddenAsync();
        await page.Locator("[data-test=fold]").ClickAsync();
        await Expect(page.Locator("[data-test=raw-score]")).ToBeVisibleAsync();
        await person.ShootAsync("browse-one-1024-open");
        await page.SetViewportSizeAsync(1440, 900);
        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByText("Nearest normal shot beside it")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");

        // The look is the person's: the same in the grid, and after a reload.
        await page.Locator("[data-test=opacity]").FillAsync("30");
        await page.Locator("[data-test=colours]").SelectOptionAsync("viridis");
        await Expect(page.Locator("[data-test=opacity] + .fs-num")).ToHaveTextAsync("30 %");
        await page.WaitForFunctionAsync("() => JSON.parse(localStorage.getItem('fs-look')).colourMap === 'viridis'");
        await person.OpenAsync($"/projects/{project}/results");
        await Expect(page.Locator("[data-test=opacity] + .fs-num")).ToHaveTextAsync("30 %");
        await Expect(page.Locator("[data-test=colours]")).ToHaveValueAsync("viridis");
        await page.GotoAsync(first);
        await Expect(position).ToHaveTextAsync($"1 of {scores.Length}");
    }

    /// <summary>The contour at the pixel threshold goes and comes by its key, and the box beside it says which.</summary>
    private static async Task ContourAsync(IPage page)
    {
        var stage = page.Locator(".fs-stage-canvas").First;
        var box = page.Locator("[data-test=contour]");
        await Expect(box).ToBeCheckedAsync();
        var with = await stage.ScreenshotAsync();
        await page.Keyboard.PressAsync("m");
        await Expect(box).Not.ToBeCheckedAsync();
        await page.WaitForTimeoutAsync(200);
        Assert.NotEqual(with, await stage.ScreenshotAsync());
        await page.Keyboard.PressAsync("m");
        await Expect(box).ToBeCheckedAsync();
        await page.WaitForTimeoutAsync(200);
        Assert.Equal(with, await stage.ScreenshotAsync());
    }

    /// <summary>A colleague who may only look opens the address and sees the same image in the same list.</summary>
    private async Task ShareAsync(PortalProcess portal, Person owner)
    {
        var address = owner.Page.Url;
        var expected = await owner.Page.Locator("[data-test=position]").InnerTextAsync();
        await owner.OpenAsync("/team");
        await owner.Page.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync("Viewer");
        await owner.Page.Locator("[data-test=invite]").ClickAsync();
        var link = await owner.Page.Locator("[data-test=invitation-link]").InputValueAsync();
        var page = await browser.NewPersonAsync(portal);
        var colleague = new Person(page, "Colleague who browses");
        await page.GotoAsync(link);
        await page.GetByLabel("Your name").FillAsync("Colleague");
        await page.GetByLabel("E-mail").FillAsync(colleague.Email);
        await page.GetByLabel("Password").FillAsync(Person.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account and join" }).ClickAsync();
        await colleague.InteractiveAsync();
        await colleague.OpenAsync(new Uri(address).PathAndQuery);
        await Expect(page.Locator("[data-test=position]")).ToHaveTextAsync(expected);
        await ReadyAsync(page);
        // One step up is the list with the same filters.
        await page.GetByRole(AriaRole.Link, new() { Name = "Results", Exact = true }).First.ClickAsync();
        await page.WaitForURLAsync(new Regex(@"/results\?verdict=defect&order=nearest&label=unknown$"));
        await Expect(page.Locator("[data-test=f-Unknown]")).ToHaveAttributeAsync("aria-pressed", "true");
    }

    /// <summary>While a picture loads, when it cannot be had, and when the address is of nothing.</summary>
    private static async Task StatesAsync(Person person, string project)
    {
        var page = person.Page;
        await person.OpenAsync($"/projects/{project}/results/{Guid.NewGuid():N}");
        await Expect(page.GetByText("Result not found")).ToBeVisibleAsync();
        await person.ShootAsync("browse-failed");
        var gate = new TaskCompletionSource();
        await page.RouteAsync("**/view", async route =>
        {
            await gate.Task;
            await route.AbortAsync();
        });
        await person.OpenAsync($"/projects/{project}/results");
        await page.Locator("[data-score]").First.ClickAsync();
        await Expect(page.Locator(".fs-stage-skeleton")).ToBeVisibleAsync();
        await person.ShootAsync("browse-loading");
        gate.SetResult();
        await Expect(page.Locator(".fs-stage-failure")).ToBeVisibleAsync();
        await person.ShootAsync("browse-picture-failed");
        await page.UnrouteAsync("**/view");
    }

    /// <summary>Both stages say the same zoom, and another than before.</summary>
    private static async Task<string> TogetherAsync(IPage page, string before)
    {
        var same = await page.WaitForFunctionAsync(
            "before => { const [a, b] = [...document.querySelectorAll('.fs-stage-zoom')].map(zoom => zoom.hidden ? '' : zoom.textContent); return a && a === b && a !== before && a; }", before);
        return await same.JsonValueAsync<string>();
    }

    /// <summary>Every tile in the window has its picture.</summary>
    private static async Task FilledAsync(IPage page) => await page.WaitForFunctionAsync(
        """
        () => {
          const seen = [...document.querySelectorAll('.fs-browse-main .fs-tile-row')].filter(row => row.getBoundingClientRect().bottom > 0 && row.getBoundingClientRect().top < innerHeight);
          return seen.length > 0 && seen.every(row => row.querySelector('canvas') && [...row.querySelectorAll('canvas')].every(canvas => canvas.dataset.state === 'ready'));
        }
        """);

    private static async Task ReadyAsync(IPage page) => await page.WaitForFunctionAsync(
        "() => document.querySelector('.fs-stage') && [...document.querySelectorAll('.fs-stage')].every(stage => !stage.offsetParent || (!stage.hasAttribute('aria-busy') && stage.querySelector('canvas').getAttribute('aria-label') !== 'No image'))");
}
