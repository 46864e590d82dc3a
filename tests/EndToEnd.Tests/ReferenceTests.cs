using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>The reference page for people: it shows the document, and works alone and under a strict policy.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class ReferenceTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const string Nonce = "bm9uY2Utb2YtdGhlLXRlc3Q";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_shows_every_chapter_and_asks_nobody_else(bool strict)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var page = await browser.NewPersonAsync(portal);
        var (outside, complaints) = (new List<string>(), new List<string>());
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(portal.Url, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
                outside.Add(request.Url);
        };
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
                complaints.Add(message.Text);
        };
        if (strict)
            await page.RouteAsync(new Regex("/api/reference/$"), MakeStrictAsync);

        // With the slash: what a redirect leads to is not changed on the way.
        var answer = await page.GotoAsync("/api/reference/");
        Assert.Equal(strict, answer!.Headers["content-security-policy"].Contains(Nonce, StringComparison.Ordinal));
        foreach (var chapter in new[] { "Projects", "Images", "Runs", "Models", "Results", "Review" })
            await Expect(page.GetByText(chapter, new() { Exact = true }).First).ToBeVisibleAsync();
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, $"api-reference{(strict ? "-strict" : "")}.png") });
        output.WriteLine(string.Join('\n', complaints));
        Assert.Empty(outside);
        Assert.Empty(complaints);
    }

    /// <summary>As the portal answers once scripts in the page itself need the request's nonce.</summary>
    private static async Task MakeStrictAsync(IRoute route)
    {
        var answer = await route.FetchAsync();
        var headers = new Dictionary<string, string>(answer.Headers);
        headers["content-security-policy"] = Regex.Replace(headers["content-security-policy"], "script-src [^;]*", $"script-src 'self' 'nonce-{Nonce}'");
        var body = Regex.Replace(await answer.TextAsync(), @"<script(?![^>]*\bnonce=)", $"<script nonce=\"{Nonce}\"");
        await route.FulfillAsync(new() { Status = answer.Status, Headers = headers, Body = body });
    }
}
