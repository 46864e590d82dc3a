using System.Diagnostics;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Jobs.Worker;
using FewShotAD.Infrastructure.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Tests.Jobs;

/// <summary>Runs that run twice, whose node dies, or that two nodes want.</summary>
public sealed class RecoveryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_started_twice_is_worked_on_once()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script(["sleep 0.3", FakeWorker.Done]);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => bench.Installation.WorkAsync(run, Ct)));
        await bench.Installation.WorkAsync(run, Ct); // over: returns quietly
        Assert.Equal((RunStatus.Succeeded, 1), await StateAsync(bench, run));
        Assert.Single(FakeWorker.Pids(bench.Installation.Folder));
    }

    [Fact]
    public async Task A_crashed_run_resumes_with_the_same_model_and_no_row_twice()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script([FakeWorker.Step(1, 0.9), FakeWorker.Step(2, 0.8), "echo first", .. FakeWorker.Results(bench.Team), "kill -9 $$"]);
        await bench.Installation.WorkAsync(run, Ct);
        Assert.Equal((RunStatus.Failed, 1), await StateAsync(bench, run));
        await bench.Installation.ChangeAsync(run, r => r.Resume(TimeProvider.System.GetUtcNow()), Ct);
        bench.Script([FakeWorker.Step(2, 0.7), FakeWorker.Step(3, 0.6), "echo second", .. FakeWorker.Results(bench.Team, "two"), FakeWorker.Done]);
        await bench.Installation.WorkAsync(run, Ct);
        Assert.Equal((RunStatus.Succeeded, 2), await StateAsync(bench, run));

        await using var context = bench.Installation.Db.ForTenant(bench.Team.Tenant);
        Assert.Equal([0.9, 0.7, 0.6], await context.RunSteps.OrderBy(s => s.Step).Select(s => s.TaskLoss).ToListAsync(Ct));
        Assert.Equal(["first", "Attempt 2 of this run begins.", "second"], await context.RunLog.OrderBy(l => l.Sequence).Select(l => l.Text).ToListAsync(Ct));
        var model = await context.Models.SingleAsync(Ct);
        Assert.Equal((1, "bundle two"), (model.Version, await bench.ReadBlobAsync(model.Bundle, Ct)));
        Assert.Equal(bench.Team.Test.Count, await context.Results.CountAsync(Ct));
        Assert.Equal($"heat two {bench.Team.Test[0].Id}", await bench.ReadBlobAsync((await context.Results.FirstAsync(r => r.ImageId == bench.Team.Test[0].Id, Ct)).Heatmap, Ct));
    }

    [Fact]
    public async Task Model_versions_are_not_used_again_after_a_run_is_deleted()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        for (var number = 1; number <= 2; number++)
        {
            var run = await bench.Team.RunAsync(Ct, number);
            bench.Script([.. FakeWorker.Results(bench.Team), FakeWorker.Done]);
            await bench.Installation.WorkAsync(run, Ct);
            await using var context = bench.Installation.Db.ForTenant(bench.Team.Tenant);
            Assert.Equal(number, (await context.Models.SingleAsync(Ct)).Version);
            context.Runs.Remove(await context.Runs.SingleAsync(Ct));
            await context.SaveChangesAsync(Ct);
            Assert.Equal((0, 0), (await context.Models.CountAsync(Ct), await context.Results.CountAsync(Ct)));
        }
    }

    [Fact]
    public async Task A_worker_whose_lease_was_taken_stops_and_writes_nothing_more()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script([FakeWorker.Started(), "sleep 2", FakeWorker.Step(1, 0.5), "sleep 60"]);
        var work = bench.Installation.WorkAsync(run, Ct);
        await bench.Installation.UntilAsync(run, r => r.Device is not null, Ct);
        // Another node found the lease expired: for it, this one is dead.
        var later = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(2);
        await bench.Installation.ChangeAsync(run, r => r.Claim("another-node", later), Ct);
        await work;
        var row = await bench.Installation.ReadAsync(run, Ct);
        Assert.Equal((RunStatus.Running, "another-node"), (row.Status, row.ClaimedBy));
        await using var context = bench.Installation.Db.ForTenant(bench.Team.Tenant);
        Assert.Equal(0, await context.RunSteps.CountAsync(Ct));
        Assert.DoesNotContain(FakeWorker.Pids(bench.Installation.Folder), FakeWorker.IsAlive);
    }

    [Fact]
    public async Task At_start_own_runs_and_expired_ones_are_queued_again_and_a_living_nodes_run_is_left_alone()
    {
        await using var installation = await Installation.CreateAsync();
        var team = await Team.CreateAsync(installation, Ct);
        var now = TimeProvider.System.GetUtcNow();
        var own = await team.RunAsync(Ct, 1, r => r.Claim(installation.Get<DataPaths>().Node, now));
        var expired = await team.RunAsync(Ct, 2, r => r.Claim("dead-node", now - TimeSpan.FromMinutes(5)));
        var living = await team.RunAsync(Ct, 3, r => r.Claim("living-node", now));
        var cancelled = await team.RunAsync(Ct, 4, r =>
        {
            r.Claim("dead-node", now - TimeSpan.FromMinutes(5));
            r.RequestCancel(now);
        });
        var waiting = await team.RunAsync(Ct, 5);

        await installation.Get<RunRecovery>().RecoverAsync(atStart: true, Ct);

        async Task<RunStatus> Status(TrainingRun run) => (await installation.ReadAsync(run, Ct)).Status;
        Assert.Equal(RunStatus.Queued, await Status(own));
        Assert.Equal(RunStatus.Queued, await Status(expired));
        Assert.Equal(RunStatus.Running, await Status(living));
        Assert.Equal(RunStatus.Cancelled, await Status(cancelled));
        var signals = installation.Get<RunSignals>();
        Assert.Equal([true, true, false, false, true], new[] { own, expired, living, cancelled, waiting }.Select(run => signals.IsAsked(run.Id)));
    }

    [Theory]
    [InlineData("cat > /dev/null")] // stops at the end of its input, as the real worker does
    [InlineData("exec 0< /dev/null; sleep 60")] // never notices
    public async Task A_worker_that_a_killed_portal_left_is_gone_before_the_next_begins(string orphan)
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        var folder = WorkDirectory.PathOf(bench.Installation.WorkFolder, run.Id);
        Process left;
        using (var directory = await WorkDirectory.OpenAsync(bench.Installation.WorkFolder, run.Id, TimeProvider.System, Ct))
        {
            left = Process.Start(new ProcessStartInfo(FakeWorker.Write(bench.Installation.Folder, orphan)) { RedirectStandardInput = true, ArgumentList = { "work", "--job", directory.Manifest } })!;
            directory.Remember(left);
        }

        Assert.True(WorkDirectory.HasLivingWorker(folder));
        left.StandardInput.Close();
        bench.Script([$"[ -d /proc/{left.Id} ] && grep -qv ' Z ' /proc/{left.Id}/stat && exit 9", FakeWorker.Done]);
        await bench.Installation.WorkAsync(run, Ct);
        Assert.Equal((RunStatus.Succeeded, 1), await StateAsync(bench, run));
        Assert.True(left.HasExited);
        left.Dispose();
    }

    private static async Task<(RunStatus Status, int Attempt)> StateAsync(JobBench bench, TrainingRun run)
    {
        var row = await bench.Installation.ReadAsync(run, Ct);
        Assert.True(row.Status != RunStatus.Failed || row.FailureReason!.Contains("signal 9", StringComparison.Ordinal), row.FailureReason + row.FailureDetails);
        return (row.Status, row.Attempt);
    }
}
