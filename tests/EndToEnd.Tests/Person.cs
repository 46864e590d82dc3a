using System.Globalization;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>What a person does in the portal, by what stands on the pages.</summary>
public sealed partial class Person(IPage page, string team)
{
    public const string Password = HttpPerson.Password;

    private const string ThemeIs = """
        dark => {
            const isDark = (colour) => colour.match(/\d+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) < 384;
            const probe = document.createElement('i');
            probe.style.color = 'var(--mud-palette-text-primary)';
            document.body.append(probe);
            const text = getComputedStyle(probe).color;
            probe.remove();
            return isDark(getComputedStyle(document.body).backgroundColor) === dark && isDark(text) !== dark;
        }
        """;

    private static readonly string[] Wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

    /// <summary>Beside the usual one, as in <c>FEWSHOTAD_WIDTHS=1024,1280,1920</c>; none unless asked for.</summary>
    private static readonly int[] Widths =
        [.. (Environment.GetEnvironmentVariable("FEWSHOTAD_WIDTHS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(width => int.Parse(width, CultureInfo.InvariantCulture))];

    /// <summary>All of the above that look at colours: the rest finds the same in the second theme as in the first.</summary>
    private static readonly string[] ColourRules = ["color-contrast", "link-in-text-block"];

    /// <summary>Pixels across.</summary>
    private const int Tablet = 1024;

    private readonly List<string> violations = [];

    public IPage Page => page;

    public string Email { get; } = $"{team.ToLowerInvariant().Replace(' ', '.')}@example.test";

    public async Task RegisterAsync()
    {
        await page.GotoAsync("/register");
        await page.GetByLabel("Team name").FillAsync(team);
        await page.GetByLabel("Your name").FillAsync($"Owner of {team}");
        await page.GetByLabel("E-mail").FillAsync(Email);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create team" }).ClickAsync();
        await InteractiveAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Projects", Exact = true })).ToBeVisibleAsync();
    }

    public async Task SignInAsync()
    {
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail").FillAsync(Email);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await InteractiveAsync();
    }

    /// <summary>Waits until the circuit has drawn the page: before that a click goes nowhere.</summary>
    public Task InteractiveAsync() => Expect(page.Locator("[data-interactive=true]")).ToBeVisibleAsync();

    public async Task OpenAsync(string path)
    {
        await page.GotoAsync(path);
        await InteractiveAsync();
    }

    /// <returns>The project's id, as its address has it.</returns>
    public async Task<string> CreateProjectAsync(string name)
    {
        await OpenAsync("/");
        await page.Locator("[data-test=new-project]").First.ClickAsync();
        var field = page.Locator("input[data-test=project-name]");
        await field.FillAsync(name);
        await Expect(field).ToHaveValueAsync(name);
        await page.Locator("[data-test=create-project]").ClickAsync();
        await page.WaitForURLAsync(new Regex("/projects/[0-9a-f]{32}/images"));
        return ProjectPath().Match(page.Url).Groups[1].Value;
    }

    /// <summary>Puts files into the page's file dialog, under one of the targets that the page offers.</summary>
    public async Task UploadFilesAsync(string project, string target, IEnumerable<string> files)
    {
        await OpenAsync($"/projects/{project}/images");
        var choice = page.Locator($"[data-test={target}]");
        await Expect(page.Locator("[data-pick-files]")).ToBeEnabledAsync();
        await choice.ClickAsync();
        // Shown as chosen by the server, which told the upload module first.
        await Expect(choice).ToHaveClassAsync(new Regex("selected"));
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.Locator("[data-pick-files]").ClickAsync());
        await chooser.SetFilesAsync(files);
        await UploadsDoneAsync();
    }

    /// <summary>Puts a whole folder into the page's folder dialog; its layout says what is what.</summary>
    public async Task UploadFolderAsync(string project, string folder)
    {
        await OpenAsync($"/projects/{project}/images");
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.Locator("[data-pick-folder]").ClickAsync());
        await chooser.SetFilesAsync(folder);
        await UploadsDoneAsync();
    }

    public async Task UploadsDoneAsync() =>
        await Expect(page.Locator(".fs-upload-tray:is([data-state=done], [data-state=failed])")).ToBeVisibleAsync(new() { Timeout = 180_000 });

    /// <summary>Starts a run with what the form offers, changed by <paramref name="form"/>; returns the run's address.</summary>
    public async Task<string> StartTrainingAsync(string project, Func<Task>? form = null)
    {
        await OpenAsync($"/projects/{project}/train");
        await Expect(page.Locator("[data-test=start-training]")).ToBeEnabledAsync();
        if (form is not null)
            await form();
        await page.Locator("[data-test=start-training]").ClickAsync();
        await page.WaitForURLAsync(new Regex("/runs/[0-9a-f]{32}"));
        return new Uri(page.Url).AbsolutePath;
    }

    /// <summary>Sets a few small numbers under "More", for runs that only need to be real, not good.</summary>
    public async Task ShortRecipeAsync(int epochs, int steps, int batch)
    {
        await page.GetByText("More", new() { Exact = true }).ClickAsync();
        foreach (var (field, value) in new[] { ("epochs", epochs), ("steps", steps), ("batch", batch) })
        {
            var input = page.Locator($"input[data-test={field}]");
            await input.FillAsync(value.ToString(CultureInfo.InvariantCulture));
            await input.PressAsync("Tab");
        }
    }

    public Task RunStatusAsync(string status, TimeSpan within) =>
        Expect(page.Locator($".fs-head [data-status={status}]")).ToBeVisibleAsync(new() { Timeout = (float)within.TotalMilliseconds });

    /// <summary>Waits until the whole page has the colours of one theme: the components' own come with a render of the circuit.</summary>
    public Task ThemeAsync(ColorScheme scheme) => page.WaitForFunctionAsync(ThemeIs, scheme == ColorScheme.Dark);

    /// <summary>Until all messages have gone by themselves: half faded out none has the contrast that it had.</summary>
    public Task MessagesGoneAsync() => Expect(page.Locator(".mud-snackbar")).ToHaveCountAsync(0);

    /// <summary>A picture of the page in both themes, kept as test output.</summary>
    public async Task ShootAsync(string name)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            // Halfway from one theme to the other, or in a notice that fades, no colour is what it will be.
            await page.AddStyleTagAsync(new() { Content = "*, *::before, *::after { transition: none !important; animation: none !important; }" });
            await ThemeAsync(scheme);
            await ShootAsync(name, scheme);
        }
    }

    /// <summary>A picture of the page in the theme that it has: without a connection it keeps it.</summary>
    public async Task ShootAsync(string name, ColorScheme scheme)
    {
        await page.WaitForTimeoutAsync(250);
        var theme = scheme.ToString().ToLowerInvariant();
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, $"{name}-{theme}.png") });
        await ShootWidthsAsync(name, theme);
        if (scheme == ColorScheme.Light)
            await NarrowAsync(name);
        await AuditAsync($"{name} ({theme})", scheme == ColorScheme.Light ? new() { Type = "tag", Values = [.. Wcag] } : new() { Type = "rule", Values = [.. ColourRules] });
    }

    /// <summary>The same page whole, at each of the widths that whoever looks at the pictures asked for.</summary>
    private async Task ShootWidthsAsync(string name, string theme)
    {
        if (Widths.Length == 0 || page.ViewportSize is not { } usual)
            return;
        foreach (var width in Widths)
        {
            await page.SetViewportSizeAsync(width, usual.Height);
            await page.WaitForTimeoutAsync(400);
            var file = Path.Combine(BrowserFixture.Screenshots, $"{name}-{theme}-{width}.png");
            await page.ScreenshotAsync(new() { Path = file, FullPage = true });
        }

        await page.SetViewportSizeAsync(usual.Width, usual.Height);
    }

    /// <summary>On a tablet no page is wider than the window.</summary>
    private async Task NarrowAsync(string name)
    {
        if (page.ViewportSize is not { } usual)
            return;
        await page.SetViewportSizeAsync(Math.Min(Tablet, usual.Width), usual.Height);
        var wide = await page.EvaluateAsync<int>("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(document.documentElement.scrollWidth - innerWidth))))");
        if (wide > 0)
            violations.Add($"{name}: {wide} pixels wider than a window of {Tablet}");
        await page.SetViewportSizeAsync(usual.Width, usual.Height);
    }

    /// <summary>Everything that axe finds against WCAG 2.2 A and AA on the pages that were shot, and what does not fit on a tablet.</summary>
    public IReadOnlyList<string> Violations => violations;

    private async Task AuditAsync(string name, RunOnlyOptions rules)
    {
        var found = await page.RunAxe(new AxeRunOptions { RunOnly = rules });
        // An audit that looked at nothing finds nothing.
        Assert.NotEmpty(found.Passes);
        violations.AddRange(found.Violations.Select(v => $"{name}: {v.Id}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"));
    }

    [GeneratedRegex("/projects/([0-9a-f]{32})")]
    private static partial Regex ProjectPath();
}
