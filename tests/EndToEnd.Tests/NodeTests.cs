using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>Web and worker nodes on one PostgreSQL: nothing hangs on one of them.</summary>
public sealed class NodeTests(ITestOutputHelper output)
{
    /// <summary>How long nodes are killed: a minute in the suite, longer by hand for docs/queue.md.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("FEWSHOTAD_NODE_KILLS_SECONDS") ?? "60", CultureInfo.InvariantCulture));

    /// <summary>Seconds between two blows that hit a web and a worker node each; without it blows come at random, one at a time, and hit training processes as well.</summary>
    private static readonly string? Rhythm = Environment.GetEnvironmentVariable("FEWSHOTAD_NODE_KILLS_EVERY");

    private static readonly TimeSpan BetweenUploads = TimeSpan.FromMilliseconds(400);

    /// <summary>Runs that are not over, at least.</summary>
    private const int Busy = 4;

    private readonly Random random = new(11);
    private readonly Dictionary<string, Task> returns = [];
    private readonly SortedDictionary<string, int> kills = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_web_node_knows_who_is_signed_in_and_shows_what_a_worker_does()
    {
        await using var fleet = await NodeFleet.StartAsync(Ct, "web-1", "web-2", "worker-1");
        using var shift = await NightShift.BeginAsync(fleet["web-1"].Url, Ct);
        var run = await shift.StartAsync(Ct);
        await fleet["web-1"].KillAsync(Ct);
        var states = new List<string>();
        using var response = await shift.GetAsync($"{fleet["web-2"].Url}/api/v1/runs/{run}/events", Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Ct)).EnumerateAsync(Ct))
        {
            if (item.EventType != "run")
                continue;
            using var state = JsonDocument.Parse(item.Data);
            states.Add($"{state.RootElement.GetProperty("status")} {state.RootElement.GetProperty("progress").GetDouble():0.00}");
        }

        output.WriteLine(string.Join(", ", states));
        Assert.Equal("succeeded 1.00", states[^1]);
        Assert.True(states.Distinct().Count(state => state.StartsWith("running", StringComparison.Ordinal)) > 1, "Nothing was seen between start and end.");
        Assert.Equal("worker-1", Assert.Single(await fleet.ReadAsync("""SELECT DISTINCT "Node" FROM "RunMoments" WHERE "Kind" = 'Started'""", Ct))[0]);

        // A worker is no portal; it says how it is.
        Assert.Equal(HttpStatusCode.NotFound, (await shift.GetAsync($"{fleet["worker-1"].Url}/sign-in", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await shift.GetAsync($"{fleet["worker-1"].Url}/api/v1/runs/{run}", Ct)).StatusCode);
        foreach (var node in new[] { "web-2", "worker-1" })
            Assert.Equal("ready", await (await shift.GetAsync($"{fleet[node].Url}/health/ready", Ct)).Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_however_nodes_are_killed_behind_a_proxy()
    {
        await using var fleet = await NodeFleet.StartWholeAsync(Ct, "web-1", "web-2", "worker-1", "worker-2");
        using var shift = await NightShift.BeginAsync(fleet.Url.ToString(), Ct);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var uploads = shift.UploadAsync(BetweenUploads, over.Token);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Length)
        {
            for (var open = await shift.TendAsync(Ct); open < Busy; open++)
                await shift.StartAsync(Ct);
            if (Rhythm is { } seconds)
            {
                await Task.Delay(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)), Ct);
                await StrikeBothAsync(fleet);
            }
            else
            {
                await Task.Delay(random.Next(1_000, 5_000), Ct);
                await StrikeAsync(fleet);
            }
        }

        await Task.WhenAll(returns.Values);
        await over.CancelAsync();
        await uploads;
        while (await shift.TendAsync(Ct) is var open and > 0)
        {
            Assert.True(watch.Elapsed < Length + TimeSpan.FromMinutes(2), $"{open} runs are stuck.");
            await Task.Delay(500, Ct);
        }

        var (runs, attempts) = await RunChecks.EachEndedOnceAsync(fleet, shift, Ct);
        await RunChecks.EachUploadIsThereOnceAsync(fleet, shift, Ct);
        // With the cookie of the first minute.
        await shift.FinishJobAsync(fleet.Url, Ct);
        Assert.Empty(new[] { "worker-1", "worker-2" }.SelectMany(node => TrainingChildren.Under(fleet[node].DataDirectory)));
        output.WriteLine($"{runs} runs in {attempts} attempts, {shift.Resumed} resumed by a person, each with one model and {NightShift.TestImages} results");
        output.WriteLine($"{shift.Uploaded.Count} uploads, sent again {shift.SentAgain} times, each there once");
        output.WriteLine($"{watch.Elapsed.TotalSeconds:0} s, killed {string.Join(", ", kills.Select(kill => $"{kill.Value} × {kill.Key}"))}");
    }

    /// <summary>kill -9 of one node of each kind, in turn.</summary>
    private async Task StrikeBothAsync(NodeFleet fleet)
    {
        var turn = (kills.Values.Sum() / 2 % 2) + 1;
        foreach (var (node, kind) in new[] { ($"web-{turn}", "web node"), ($"worker-{turn}", "worker node") })
        {
            await returns.GetValueOrDefault(node, Task.CompletedTask);
            await fleet[node].KillAsync(Ct);
            Count(kind);
            returns[node] = ReturnAsync(fleet[node], TimeSpan.FromSeconds(random.NextDouble() * 3));
        }
    }

    /// <summary>kill -9 of a worker, of what it trains with, or of a web node. A node that was killed comes back: mostly soon, sometimes not before its leases run out.</summary>
    private async Task StrikeAsync(NodeFleet fleet)
    {
        var (choice, node) = (random.Next(10), $"worker-{random.Next(1, 3)}");
        var back = TimeSpan.FromSeconds(random.Next(5) == 0 ? 35 : random.NextDouble() * 3);
        if (choice >= 8)
            node = $"web-{random.Next(1, 3)}";
        if (returns.TryGetValue(node, out var returning) && !returning.IsCompleted)
            return;
        await (returning ?? Task.CompletedTask);
        if (choice is >= 5 and < 8)
        {
            if (TrainingChildren.Of(fleet[node].Id).Where(TrainingChildren.TryKill).Any())
                Count("training process");
            return;
        }

        await fleet[node].KillAsync(Ct);
        var isWeb = node.StartsWith("web", StringComparison.Ordinal);
        Count(isWeb ? "web node" : back.TotalSeconds > 30 ? "worker node for 35 s" : "worker node");
        returns[node] = ReturnAsync(fleet[node], isWeb ? TimeSpan.Zero : back);
    }

    private static async Task ReturnAsync(PortalProcess node, TimeSpan after)
    {
        await Task.Delay(after, Ct);
        await node.LaunchAsync(Ct);
    }

    private void Count(string what) => kills[what] = kills.GetValueOrDefault(what) + 1;
}
