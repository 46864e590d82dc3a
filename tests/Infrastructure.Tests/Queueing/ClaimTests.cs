using System.Collections.Concurrent;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Infrastructure.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Tests.Queueing;

/// <summary>Who takes which run.</summary>
public sealed class ClaimTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hosts_on_one_database_take_every_run_once()
    {
        await using var first = await Installation.CreateAsync();
        await using var second = await Installation.CreateAsync(folder: first.Folder);
        var runs = new List<TrainingRun>();
        for (var t = 0; t < 3; t++)
        {
            var team = await Team.CreateAsync(first, Ct, $"Team {t}");
            for (var i = 1; i <= 12; i++)
                runs.Add(await team.RunAsync(Ct, i));
        }

        var claimed = new ConcurrentBag<(string Node, RunLedger Ledger)>();
        using var start = new Barrier(4);
        // Two claimers in each host: they race within a process and across.
        await Task.WhenAll(new[] { first, second, first, second }.Select((host, i) => Task.Run(
            async () =>
            {
                var node = new NodeSlots($"node-{i}", 100, ["cpu"], 0);
                start.SignalAndWait(Ct);
                while (await host.Get<RunClaims>().NextAsync(node, Ct) is { } ledger)
                    claimed.Add((node.Node, ledger));
            },
            Ct)));

        Assert.Equal(runs.Select(r => r.Id.Value).Order(), claimed.Select(c => c.Ledger.Run.Id.Value).Order());
        foreach (var (node, ledger) in claimed)
        {
            var row = await first.ReadAsync(ledger.Run, Ct);
            Assert.Equal((RunStatus.Running, node, 1), (row.Status, row.ClaimedBy, row.Attempt));
            ledger.Dispose();
        }

        await using var context = first.Db.ForTenant(runs[0].TenantId);
        Assert.Equal(runs.Count, (await context.QueueTurns.SingleAsync(Ct)).Number);
    }

    [Fact]
    public async Task A_node_takes_no_more_than_it_says_and_spreads_over_its_devices()
    {
        await using var bench = await QueueBench.OpenAsync();
        var team = await Team.CreateAsync(bench.Installation, Ct);
        for (var i = 1; i <= 6; i++)
            await bench.QueueAsync(team, i, Minute, Minute);
        var claims = bench.Installation.Get<RunClaims>();
        var node = new NodeSlots("node", 5, ["cuda:0", "cuda:1"], 2);
        Assert.Equal(["cuda:0", "cuda:1", "cuda:0", "cuda:1"], await DevicesAsync(claims, node));
        Assert.Equal(["cpu"], await DevicesAsync(claims, new NodeSlots("other", 1, ["cpu"], 0)));
    }

    [Fact]
    public async Task A_team_has_no_more_runs_at_once_than_it_may_and_another_goes_first()
    {
        await using var bench = await QueueBench.OpenAsync(new() { ["Training:RunsPerTeam"] = "1" });
        var (one, two) = (await Team.CreateAsync(bench.Installation, Ct, "One"), await Team.CreateAsync(bench.Installation, Ct, "Two"));
        for (var i = 1; i <= 3; i++)
            await bench.QueueAsync(one, i, Minute, Minute);
        var other = await bench.QueueAsync(two, 1, Minute, Minute);
        var claims = bench.Installation.Get<RunClaims>();
        Assert.Equal(["cpu", "cpu"], await DevicesAsync(claims, new NodeSlots("node", 9, ["cpu"], 0)));
        Assert.Equal(RunStatus.Running, (await bench.Installation.ReadAsync(other, Ct)).Status);
    }

    [Fact]
    public async Task A_teams_own_runs_go_by_priority_and_then_by_age()
    {
        await using var bench = await QueueBench.OpenAsync();
        var team = await Team.CreateAsync(bench.Installation, Ct);
        RunPriority[] priorities = [RunPriority.Low, RunPriority.Normal, RunPriority.High, RunPriority.Normal, RunPriority.High];
        for (var i = 0; i < priorities.Length; i++)
        {
            await bench.QueueAsync(team, i + 1, Minute, Minute, priorities[i]);
            bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var order = new List<int>();
        while (await bench.Installation.Get<RunClaims>().NextAsync(new NodeSlots("node", 9, ["cpu"], 0), Ct) is { } ledger)
        {
            using (ledger)
                order.Add(ledger.Run.Number);
        }

        Assert.Equal([3, 5, 2, 4, 1], order);
    }

    [Fact]
    public async Task A_swept_checkpoint_is_told_and_a_paused_runs_is_kept()
    {
        await using var bench = await QueueBench.OpenAsync();
        var team = await Team.CreateAsync(bench.Installation, Ct);
        var now = bench.Time.Now;
        void Checkpoint(TrainingRun run)
        {
            Assert.True(run.Claim("node", now).Succeeded);
            run.Apply(new WorkerMessage.CheckpointWritten(3));
        }

        var failed = await team.RunAsync(Ct, 1, r => { Checkpoint(r); r.Fail("It broke", null, now); });
        var paused = await team.RunAsync(Ct, 2, r => { Checkpoint(r); r.RequestPause(now); r.EndAsAsked(now); });
        var done = await team.RunAsync(Ct, 3, r => { Checkpoint(r); r.Succeed(now); });
        foreach (var run in new[] { failed, paused, done })
            Directory.CreateDirectory(Path.Combine(bench.Installation.WorkFolder, run.Id.ToString()));
        bool Kept(TrainingRun run) => Directory.Exists(Path.Combine(bench.Installation.WorkFolder, run.Id.ToString()));
        var sweeper = bench.Installation.Get<WorkSweeper>();
        Assert.Equal(1, await sweeper.SweepAsync(Ct));
        Assert.Equal((true, true, false), (Kept(failed), Kept(paused), Kept(done)));
        bench.Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(1, await sweeper.SweepAsync(Ct));
        Assert.Equal((false, true), (Kept(failed), Kept(paused)));
        Assert.Equal((0, 3), ((await bench.Installation.ReadAsync(failed, Ct)).CheckpointEpoch, (await bench.Installation.ReadAsync(paused, Ct)).CheckpointEpoch));
    }

    private static async Task<List<string?>> DevicesAsync(RunClaims claims, NodeSlots node)
    {
        var devices = new List<string?>();
        while (await claims.NextAsync(node, Ct) is { } ledger)
        {
            using (ledger)
                devices.Add(ledger.Run.ClaimedDevice);
        }

        return devices;
    }
}
