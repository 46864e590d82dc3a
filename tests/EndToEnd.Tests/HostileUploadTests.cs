using System.Text.Json;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>Files that a portal must survive, through the upload door of the running portal.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class HostileUploadTests(BrowserFixture browser, ITestOutputHelper output)
{
    [Fact]
    public async Task Every_hostile_file_gets_what_it_should_and_the_portal_stays_small()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var person = new Person(await browser.NewPersonAsync(portal), "Hostile team");
        await person.RegisterAsync();
        using var http = await HttpPerson.RegisterAsync(portal.Url, "Hostile http", ct);
        var page = await browser.NewPersonAsync(portal);
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail").FillAsync("hostile.http@http.test");
        await page.GetByLabel("Password").FillAsync(Person.Password);
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        var owner = new Person(page, "Hostile http");
        await owner.InteractiveAsync();
        var project = await owner.CreateProjectAsync("Hostile");

        // One ordinary picture first: what any upload costs (code, buffers) is not what a hostile one adds.
        await http.UploadAsync(project, "warm.jpg", await File.ReadAllBytesAsync(SharedFiles.Data("raw", "cookie_576x768.jpg"), ct), ct);
        var before = portal.WorkingSet;
        var expectations = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(SharedFiles.Data("hostile", "expectations.json"), ct))!;
        var peak = before;
        foreach (var (file, expected) in expectations)
        {
            var content = await File.ReadAllBytesAsync(SharedFiles.Data("hostile", file), ct);
            var item = await http.UploadAsync(project, file, content, ct);
            peak = Math.Max(peak, portal.WorkingSet);
            output.WriteLine($"{file}: {item.Outcome} {item.Error?.Message}");
            if (expected.StartsWith("accept or reject", StringComparison.Ordinal))
                Assert.Contains(item.Outcome, new[] { "added", "rejected" });
            else if (expected.StartsWith("accept", StringComparison.Ordinal))
                Assert.True(item.Outcome is "added", $"{file} should be accepted: {item.Error?.Message}");
            else
                Assert.True(item.Outcome is "rejected" && item.Error!.Message.Length > 20, $"{file} should be rejected with a reason, was {item.Outcome}");
        }

        output.WriteLine($"working set {before >> 20} MB before, {peak >> 20} MB at most");
        Assert.True(peak - before < 200L << 20, $"Memory rose by {(peak - before) >> 20} MB.");

        // Nothing of a file's text is drawn, and the page with all accepted ones works.
        await owner.OpenAsync($"/projects/{project}/images");
        await Microsoft.Playwright.Assertions.Expect(page.Locator(".fs-tile img").First).ToBeVisibleAsync();
        Assert.DoesNotContain("<script", await page.InnerTextAsync("body"), StringComparison.OrdinalIgnoreCase);
        using var live = await http.GetAsync("/health/live", ct);
        Assert.True(live.IsSuccessStatusCode);
        await owner.ShootAsync("images-hostile");
    }
}
