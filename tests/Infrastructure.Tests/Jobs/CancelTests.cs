using System.Diagnostics;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Tests.Jobs;

/// <summary>A run that people stop, or that stops because its node does.</summary>
public sealed class CancelTests
{
    /// <summary>Stops as the real worker does: at the word, after its checkpoint.</summary>
    private static readonly string[] Obedient =
    [
        FakeWorker.Started(), "read -r word; [ \"$word\" = cancel ] || exit 1",
        FakeWorker.Say(new WorkerMessage.CheckpointWritten(2)), "exit 3",
    ];

    private static readonly string[] Deaf = [FakeWorker.Started(), "trap '' TERM INT; sleep 60 & sleep 60"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 5)]
    public async Task A_cancelled_run_is_over_within_five_seconds(bool obedient, int seconds)
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script(obedient ? Obedient : Deaf);
        var work = bench.Installation.WorkAsync(run, Ct);
        await bench.Installation.UntilAsync(run, r => r.Device is not null, Ct);

        var clock = Stopwatch.StartNew();
        await bench.Installation.ChangeAsync(run, r => r.RequestCancel(TimeProvider.System.GetUtcNow()), Ct);
        bench.Installation.Queue.SignalCancel(run.Id);
        await work;

        var cancelled = await bench.Installation.ReadAsync(run, Ct);
        Assert.Equal(RunStatus.Cancelled, cancelled.Status);
        Assert.Null(cancelled.FailureReason);
        Assert.Equal(obedient ? 2 : 0, cancelled.CheckpointEpoch);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(seconds), $"It took {clock.Elapsed}.");
        Assert.DoesNotContain(FakeWorker.Pids(bench.Installation.Folder), FakeWorker.IsAlive);
    }

    [Fact]
    public async Task A_cancel_that_only_the_database_knows_is_seen()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script(Obedient);
        var work = bench.Installation.WorkAsync(run, Ct);
        await bench.Installation.UntilAsync(run, r => r.Device is not null, Ct);
        var clock = Stopwatch.StartNew();
        await bench.Installation.ChangeAsync(run, r => r.RequestCancel(TimeProvider.System.GetUtcNow()), Ct);
        await work;
        Assert.Equal(RunStatus.Cancelled, (await bench.Installation.ReadAsync(run, Ct)).Status);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
    }

    [Fact]
    public async Task A_cancelled_run_can_be_resumed_from_its_checkpoint()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script(["mkdir -p $work/checkpoint; echo 2 > $work/checkpoint/epoch", .. Obedient]);
        var work = bench.Installation.WorkAsync(run, Ct);
        await bench.Installation.UntilAsync(run, r => r.Device is not null, Ct);
        await bench.Installation.ChangeAsync(run, r => r.RequestCancel(TimeProvider.System.GetUtcNow()), Ct);
        bench.Installation.Queue.SignalCancel(run.Id);
        await work;

        await bench.Installation.ChangeAsync(run, r => r.Resume(TimeProvider.System.GetUtcNow()), Ct);
        bench.Script(["[ \"$(cat $work/checkpoint/epoch)\" = 2 ] || exit 9", FakeWorker.Started(2), FakeWorker.Done]);
        await bench.Installation.WorkAsync(run, Ct);
        var done = await bench.Installation.ReadAsync(run, Ct);
        Assert.Equal((RunStatus.Succeeded, 2, 2), (done.Status, done.Attempt, done.CheckpointEpoch));
    }

    [Fact]
    public async Task A_paused_run_frees_its_worker_and_goes_on_from_its_checkpoint()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script(["mkdir -p $work/checkpoint; echo 2 > $work/checkpoint/epoch", .. Obedient]);
        var work = bench.Installation.WorkAsync(run, Ct);
        await bench.Installation.UntilAsync(run, r => r.Device is not null, Ct);
        // Nobody signals: the worker's own look at the database finds it.
        await bench.Installation.ChangeAsync(run, r => r.RequestPause(TimeProvider.System.GetUtcNow(), Team.Somebody), Ct);
        await work;
        var paused = await bench.Installation.ReadAsync(run, Ct);
        Assert.Equal((RunStatus.Paused, 2, (string?)null), (paused.Status, paused.CheckpointEpoch, paused.ClaimedBy));
        await bench.Installation.WorkAsync(run, Ct); // a bell that rings late
        Assert.Equal(RunStatus.Paused, (await bench.Installation.ReadAsync(run, Ct)).Status);

        await bench.Installation.ChangeAsync(run, r => r.Resume(TimeProvider.System.GetUtcNow(), Team.Somebody), Ct);
        bench.Script(["[ \"$(cat $work/checkpoint/epoch)\" = 2 ] || exit 9", FakeWorker.Started(2), FakeWorker.Done]);
        await bench.Installation.WorkAsync(run, Ct);
        var done = await bench.Installation.ReadAsync(run, Ct);
        Assert.Equal((RunStatus.Succeeded, 2, 2), (done.Status, done.Attempt, done.CheckpointEpoch));
        await using var context = bench.Installation.Db.ForTenant(bench.Team.Tenant);
        Assert.Equal(
            [RunMomentKind.Queued, RunMomentKind.Started, RunMomentKind.PauseRequested, RunMomentKind.Paused, RunMomentKind.Resumed, RunMomentKind.Started, RunMomentKind.Succeeded],
            await context.RunMoments.OrderBy(m => m.Sequence).Select(m => m.Kind).ToListAsync(Ct));
        Assert.True((await context.TeamShares.SingleAsync(Ct)).Used > 0);
    }

    [Fact]
    public async Task A_node_that_stops_puts_its_run_back_into_the_queue()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script(Obedient);
        using var shutdown = new CancellationTokenSource();
        var work = bench.Installation.WorkAsync(run, shutdown.Token);
        await bench.Installation.UntilAsync(run, r => r.Device is not null, Ct);
        await shutdown.CancelAsync();
        await work;
        var queued = await bench.Installation.ReadAsync(run, Ct);
        Assert.Equal((RunStatus.Queued, (string?)null, 2), (queued.Status, queued.ClaimedBy, queued.CheckpointEpoch));
        Assert.DoesNotContain(FakeWorker.Pids(bench.Installation.Folder), FakeWorker.IsAlive);
    }

    [Fact]
    public async Task An_interrupt_that_reaches_the_worker_before_the_portal_is_no_failure()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script([FakeWorker.Started(), "sleep 1; exit 130"]);
        using var shutdown = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await bench.Installation.WorkAsync(run, shutdown.Token);
        Assert.Equal(RunStatus.Queued, (await bench.Installation.ReadAsync(run, Ct)).Status);
    }
}
