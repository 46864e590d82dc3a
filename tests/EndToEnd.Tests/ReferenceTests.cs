using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>The reference page for people: it shows the document, and works alone and under a strict policy.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class ReferenceTests(BrowserFixture browser)
{
    [Fact]
    public async Task It_shows_every_chapter_and_asks_nobody_else()
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
        var answer = await page.GotoAsync("/api/reference/");
        Assert.DoesNotContain("script-src 'self' 'unsafe-inline'", answer!.Headers["content-security-policy"], StringComparison.Ordinal);
        foreach (var chapter in new[] { "Projects", "Images", "Runs", "Models", "Results", "Review", "Scoring", "Exports", "Imports", "Webhooks", "Team" })
            await Expect(page.GetByText(chapter, new() { Exact = true }).First).ToBeVisibleAsync();
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, "api-reference.png") });
        Assert.Empty(outside);
        Assert.Empty(complaints);
    }
}
