using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>Database and storage go away for a while, in the middle of training and uploads: told clearly, and over without a hand.</summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    /// <summary>How long each is away: some seconds in the suite, 30 by hand for docs/nodes.md.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("FEWSHOTAD_OUTAGE_SECONDS") ?? "6", CultureInfo.InvariantCulture));

    private static readonly TimeSpan BetweenUploads = TimeSpan.FromMilliseconds(300);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_away_is_told_and_everything_goes_on_by_itself_when_it_is_back()
    {
        await using var fleet = await NodeFleet.StartWholeAsync(Ct, "web-1", "worker-1");
        using var shift = await NightShift.BeginAsync(fleet.Url.ToString(), Ct);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var uploads = shift.UploadAsync(BetweenUploads, over.Token);
        await BusyAsync(shift);

        await fleet.Database.StopAsync();
        await AwayAsync(fleet, shift, "outage.database", "database");
        await fleet.Database.LaunchAsync(Ct);
        await ReadyAsync(fleet);

        await BusyAsync(shift);
        fleet.StorageIsAway = true;
        await AwayAsync(fleet, shift, "outage.storage", "blobs");
        fleet.StorageIsAway = false;
        await ReadyAsync(fleet);

        await over.CancelAsync();
        await uploads;
        for (var since = TimeProvider.System.GetTimestamp(); ; await Task.Delay(500, Ct))
        {
            var runs = await shift.LookAsync(Ct);
            Assert.DoesNotContain("failed", runs.Select(run => run.Status));
            if (runs.All(run => run.Status == "succeeded"))
                break;
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromMinutes(2), $"Runs are stuck: {string.Join(", ", runs)}");
        }

        var (count, attempts) = await RunChecks.EachEndedOnceAsync(fleet, shift, Ct);
        await RunChecks.EachUploadIsThereOnceAsync(fleet, shift, Ct);
        await shift.FinishJobAsync(fleet.Url, Ct);
        output.WriteLine($"{count} runs in {attempts} attempts, none failed; {shift.Uploaded.Count} uploads, sent again {shift.SentAgain} times, each there once");
    }

    /// <summary>One run that works, and one that waits behind it.</summary>
    private static async Task BusyAsync(NightShift shift)
    {
        await shift.StartAsync(Ct);
        await shift.StartAsync(Ct);
        for (var since = TimeProvider.System.GetTimestamp(); !(await shift.LookAsync(Ct)).Any(run => run.Status == "running"); await Task.Delay(200, Ct))
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromMinutes(1), "No run begins.");
        await Task.Delay(1_000, Ct);
    }

    private async Task AwayAsync(NodeFleet fleet, NightShift shift, string code, string part)
    {
        var since = TimeProvider.System.GetTimestamp();
        var node = fleet["web-1"].Url;
        using (var refused = await shift.TryUploadAsync(1, Ct))
        {
            var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Ct);
            output.WriteLine($"after {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.0} s: {problem}");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal($"urn:fewshotad:error:{code}", problem.GetProperty("type").GetString());
            Assert.Contains("Send it again", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(10), refused.Headers.RetryAfter!.Delta);
        }

        // In the name of somebody whose account cannot be looked up at the moment: readiness is told to everybody.
        using (var ready = await shift.GetAsync($"{node}/health/ready", Ct))
        {
            var text = await ready.Content.ReadAsStringAsync(Ct);
            output.WriteLine(text);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.StartsWith("not ready: ", text, StringComparison.Ordinal);
            Assert.Contains(part, text, StringComparison.Ordinal);
        }

        using (var live = await shift.GetAsync($"{node}/health/live", Ct))
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        if (Length - TimeProvider.System.GetElapsedTime(since) is var rest && rest > TimeSpan.Zero)
            await Task.Delay(rest, Ct);
    }

    private async Task ReadyAsync(NodeFleet fleet)
    {
        using var http = new HttpClient();
        var since = TimeProvider.System.GetTimestamp();
        foreach (var node in new[] { "web-1", "worker-1" })
        {
            while (true)
            {
                using var ready = await http.GetAsync($"{fleet[node].Url}/health/ready", Ct);
                if (ready.StatusCode == HttpStatusCode.OK)
                    break;
                Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromMinutes(1), $"{node} is {await ready.Content.ReadAsStringAsync(Ct)}.");
                await Task.Delay(200, Ct);
            }
        }

        output.WriteLine($"ready again after {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.0} s");
    }
}
