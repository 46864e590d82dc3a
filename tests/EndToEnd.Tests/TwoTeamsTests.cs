using System.Net;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>Two browsers of two teams at once: neither sees anything of the other, by pages, addresses or blobs.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class TwoTeamsTests(BrowserFixture browser)
{
    [Fact]
    public async Task Nothing_of_one_team_is_seen_by_another()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var first = new Person(await browser.NewPersonAsync(portal), "Team Alpha");
        var second = new Person(await browser.NewPersonAsync(portal), "Team Beta");
        await first.RegisterAsync();
        await second.RegisterAsync();
        var project = await first.CreateProjectAsync("Secret part");
        var own = await second.CreateProjectAsync("Secret part");

        var shots = Directory.GetFiles(SharedFiles.Data("inspection", "metal_plate", "train", "good")).Order(StringComparer.Ordinal).Take(3).ToList();
        await first.UploadFilesAsync(project, "target-support", shots.Take(2));
        await first.UploadFilesAsync(project, "target-test-normal", shots.Skip(2));
        var run = await first.StartTrainingAsync(project, () => first.ShortRecipeAsync(epochs: 1, steps: 1, batch: 1));
        await first.RunStatusAsync("Succeeded", TimeSpan.FromMinutes(3));
        await first.Page.Locator("[data-test=open-results]").ClickAsync();
        var tile = first.Page.Locator("[data-score]").First;
        await Expect(tile).ToBeVisibleAsync();
        var result = (await tile.GetAttributeAsync("href"))!.Split('?')[0];
        var resultId = Guid.Parse(result[^32..]);
        await first.OpenAsync($"/projects/{project}/images");
        var imageUrl = await first.Page.Locator(".fs-tile img").First.GetAttributeAsync("src");

        // Addresses of everything that the first team has, as pages and as blobs.
        string[] pages = [$"/projects/{project}", $"/projects/{project}/images", $"/projects/{project}/train", $"/projects/{project}/results", $"/projects/{project}/settings", run, result];
        foreach (var path in pages)
        {
            // Another project's address with the own project in front must not open it either.
            foreach (var tried in new[] { path, path.Replace(project, own, StringComparison.Ordinal) }.Distinct())
            {
                await second.OpenAsync(tried);
                if (tried.Contains(project, StringComparison.Ordinal) || tried == run.Replace(project, own, StringComparison.Ordinal) || tried == result.Replace(project, own, StringComparison.Ordinal))
                    await Expect(second.Page.Locator(".fs-failed").First).ToContainTextAsync("not found", new() { IgnoreCase = true });
                var text = await second.Page.InnerTextAsync("body");
                Assert.DoesNotContain("Team Alpha", text, StringComparison.Ordinal);
            }
        }

        string[] blobs =
        [
            imageUrl!, imageUrl!.Replace("thumbnail", "view", StringComparison.Ordinal), imageUrl.Replace("thumbnail", "mask", StringComparison.Ordinal),
            $"/api/v1/results/{resultId}/map", $"/api/v1/results/{resultId}/heatmap.png",
        ];
        foreach (var blob in blobs)
        {
            var mine = await first.Page.APIRequest.GetAsync(blob);
            Assert.Equal(blob.EndsWith("mask", StringComparison.Ordinal) ? 404 : 200, mine.Status);
            var foreign = await second.Page.APIRequest.GetAsync(blob);
            Assert.Equal(404, foreign.Status);
            // Not told apart from something that does not exist.
            var missing = await second.Page.APIRequest.GetAsync(blob.Replace(imageUrl.Split('/')[4], Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace(resultId.ToString(), Guid.NewGuid().ToString(), StringComparison.Ordinal));
            Assert.Equal(WithoutTrace(await missing.TextAsync()), WithoutTrace(await foreign.TextAsync()));
        }

        // Blobs have no address of their own, and the data directory is not served.
        var file = Directory.GetFiles(Path.Combine(portal.DataDirectory, "blobs"), "*", SearchOption.AllDirectories)[0];
        var relative = Path.GetRelativePath(portal.DataDirectory, file).Replace('\\', '/');
        foreach (var path in new[] { $"/{relative}", $"/data/{relative}", $"/lib/../{relative}", $"/api/v1/{relative}" })
            Assert.Equal(404, (await second.Page.APIRequest.GetAsync(path)).Status);

        // Writing into the other team's project, and lists and counts of the own.
        using var http = await HttpPerson.RegisterAsync(portal.Url, "Team Gamma", ct);
        using var refused = await http.PostAsync(project, "x.jpg", await File.ReadAllBytesAsync(shots[0], ct), "test", null, ct);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        await second.OpenAsync("/");
        await Expect(second.Page.Locator("[data-project]")).ToHaveCountAsync(1);
        await Expect(second.Page.GetByText("0 normal shots")).ToBeVisibleAsync();
        await second.OpenAsync("/runs");
        await Expect(second.Page.GetByText("No training run yet")).ToBeVisibleAsync();
        await second.UploadFilesAsync(own, "target-support", shots.Take(2));
        await second.OpenAsync($"/projects/{own}/train");
        await Expect(second.Page.GetByText("pairs made from its own shots")).ToBeVisibleAsync();

        // Signed out, nothing is there.
        var visitor = await browser.NewPersonAsync(portal);
        foreach (var blob in blobs)
            Assert.Equal(401, (await visitor.APIRequest.GetAsync(blob)).Status);
        await visitor.GotoAsync(result);
        await Expect(visitor.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    /// <summary>A problem document carries the id of its request, which differs each time.</summary>
    private static string WithoutTrace(string problem) =>
        System.Text.RegularExpressions.Regex.Replace(problem, "\"traceId\":\"[^\"]*\"", "");
}
