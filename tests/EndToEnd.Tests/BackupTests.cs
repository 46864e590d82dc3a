using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FewShotAD.TestKit;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>An installation that trains and takes images in is backed up, and another machine goes on with it.</summary>
public sealed class BackupTests(ITestOutputHelper output) : IDisposable
{
    private readonly string backups = Directory.CreateTempSubdirectory("fewshotad-backups-").FullName;

    [Fact]
    public async Task A_busy_installation_is_backed_up_and_goes_on_elsewhere()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct, new() { ["Training__Threads"] = "1" });
        using var person = await HttpPerson.RegisterAsync(portal.Url, "Night shift", ct);
        var project = (await SendAsync(person, HttpMethod.Post, "/api/v1/projects", new { name = "Plate" }, ct)).GetProperty("id").GetString()!;
        var files = Directory.GetFiles(SharedFiles.Data("inspection", "metal_plate", "train", "good")).Order(StringComparer.Ordinal).ToList();
        for (var i = 0; i < 4; i++)
            await person.UploadAsync(project, $"{i}.png", await File.ReadAllBytesAsync(files[i], ct), ct, i < 2 ? "support" : "test");
        var done = await RunAsync(person, project, new { method = "patchCore", preset = "quick", shots = 2 }, ct);
        await UntilAsync(person, portal.Url, done, "succeeded", ct);
        var running = await RunAsync(person, project, new { method = "regAd", preset = "quick", shots = 2, epochs = 24, stepsPerEpoch = 3, batchSize = 1 }, ct);
        await UntilAsync(person, portal.Url, running, "running", ct);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var uploading = UploadAsync(person, project, files[4], stop.Token);
        var taken = await CommandTests.RunAsync(portal.DataDirectory, "", "backup", "--to", backups);
        output.WriteLine(taken.Out);
        Assert.Equal((0, ""), (taken.ExitCode, taken.Error));
        await stop.CancelAsync();
        Assert.True(await uploading > 0, "Nothing was uploaded meanwhile.");
        // Nobody was in anybody's way: the run is worked on still.
        Assert.Equal("running", (await SendAsync(person, HttpMethod.Get, $"/api/v1/runs/{running}", null, ct)).GetProperty("status").GetString());
        await portal.KillAsync(ct);

        await using var other = PortalProcess.Create(new() { ["Training__Threads"] = "1" });
        var verifying = CommandTests.RunAsync(portal.DataDirectory, "", "verify", "--backup", backups);
        var restored = await CommandTests.RunAsync(other.DataDirectory, "", "restore", "--from", backups);
        var verified = await verifying;
        Assert.True(verified.ExitCode == 0, verified.Out + verified.Error);
        output.WriteLine(restored.Out);
        Assert.Equal((0, ""), (restored.ExitCode, restored.Error));
        Assert.Equal("Running", Ledger.RunStates(other)[^1]);
        var again = CommandTests.RunAsync(other.DataDirectory, "", "restore", "--from", backups);
        var whole = await CommandTests.RunAsync(other.DataDirectory, "", "verify");
        output.WriteLine(whole.Out);
        Assert.True(whole.ExitCode == 0, whole.Out + whole.Error);
        Assert.DoesNotContain("BROKEN", whole.Out, StringComparison.Ordinal);
        Assert.Equal(Ledger.Referenced(other), Ledger.Stored(other));
        Assert.Equal(2, (await again).ExitCode);
        Assert.Contains("There is an installation here already", (await again).Error, StringComparison.Ordinal);

        await other.LaunchAsync(ct);
        // Signed in still: the keys of the cookie came along.
        var results = await SendAsync(person, HttpMethod.Get, $"{other.Url}/api/v1/projects/{project}/results", null, ct);
        var items = results.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(2, items.Count);
        foreach (var item in items)
        {
            using var heatmap = await person.SendAsync(HttpMethod.Get, $"{other.Url}/api/v1/results/{item.GetProperty("id").GetString()}/heatmap.png", null, ct);
            Assert.Equal((HttpStatusCode.OK, "image/png"), (heatmap.StatusCode, heatmap.Content.Headers.ContentType?.MediaType));
        }

        await UntilAsync(person, other.Url, running, "succeeded", ct);
    }

    public void Dispose() => Directory.Delete(backups, recursive: true);

    /// <summary>One image after the other, each another one, until told to stop.</summary>
    /// <returns>How many were taken in.</returns>
    private static async Task<int> UploadAsync(HttpPerson person, string project, string file, CancellationToken stop)
    {
        var content = await File.ReadAllBytesAsync(file, CancellationToken.None);
        for (var number = 0; ; number++)
        {
            if (stop.IsCancellationRequested)
                return number;
            // What follows the end of a picture is no part of it, and makes it another file.
            var item = await person.UploadAsync(project, $"more-{number}.png", [.. content, (byte)number, (byte)(number >> 8)], CancellationToken.None, "unassigned");
            Assert.True(item.Outcome == "added", $"{item.Outcome}: {item.Error?.Message}");
        }
    }

    private static async Task<string> RunAsync(HttpPerson person, string project, object recipe, CancellationToken ct) =>
        (await SendAsync(person, HttpMethod.Post, $"/api/v1/projects/{project}/runs", recipe, ct)).GetProperty("id").GetString()!;

    private static async Task UntilAsync(HttpPerson person, string url, string run, string status, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        while (true)
        {
            var now = await SendAsync(person, HttpMethod.Get, $"{url}/api/v1/runs/{run}", null, limit.Token);
            var state = now.GetProperty("status").GetString();
            if (state == status)
                return;
            Assert.True(state is "queued" or "running", $"The run is {state}: {now}");
            await Task.Delay(100, limit.Token);
        }
    }

    private static async Task<JsonElement> SendAsync(HttpPerson person, HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var answer = await person.SendAsync(method, path, body, ct);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(ct)}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>(ct);
    }
}
