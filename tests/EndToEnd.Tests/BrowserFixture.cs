using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>Debian's Chromium, driven by Playwright's own driver. Each person in a test is a context of their own.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private const float Patience = 30_000;

    private readonly List<(IBrowserContext Context, PortalProcess Portal)> people = [];
    private readonly ConcurrentQueue<string> refused = new();
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Screenshots, kept as output of the tests.</summary>
    public static string Screenshots { get; } =
        Directory.CreateDirectory(Path.Combine(SharedFiles.RepositoryRoot, "test-output", "screenshots")).FullName;

    public async ValueTask InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";
        if (!File.Exists(path))
            throw new FileNotFoundException($"The browser tests need Chromium at {path}: run ./test.sh, which installs it, or set CHROMIUM.");
        // How long a test waits says nothing about the portal: a busy machine may take its time.
        Assertions.SetDefaultExpectTimeout(Patience);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Flags, Headless = true });
    }

    public async Task<IPage> NewPersonAsync(PortalProcess portal, ColorScheme scheme = ColorScheme.Light)
    {
        // Whose portal is gone would only spend the machine's time on reconnecting.
        foreach (var (left, _) in people.Where(person => person.Portal.IsDisposed))
            await left.CloseAsync();
        people.RemoveAll(person => person.Portal.IsDisposed);
        var context = await browser!.NewContextAsync(new()
        {
            BaseURL = portal.Url,
            ColorScheme = scheme,
            ViewportSize = new() { Width = 1440, Height = 900 },
            AcceptDownloads = true,
        });
        people.Add((context, portal));
        context.SetDefaultTimeout(Patience);
        context.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                refused.Enqueue($"{message.Page?.Url}: {message.Text}");
        };
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        // A page that needs what the policy forbids is broken for its users, whichever test was on it.
        Assert.Empty(refused);
    }
}

[CollectionDefinition(nameof(BrowserCollection), DisableParallelization = true)]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>;
