using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>Runs whose worker died wait again.</summary>
internal sealed class RunRecovery(
    CrossTenantDb across, PortalDb db, IRunQueue queue, RunSignals signals, RunEvents events, DataPaths paths,
    IOptions<TrainingOptions> options, JobStorage queues, TimeProvider time, ILogger<RunRecovery> log)
    : QueueRecovery(time, log)
{
    public override async Task RecoverAsync(bool atStart, CancellationToken ct)
    {
        await using var reader = across.Open("Recovery of runs whose worker died");
        var now = Now;
        var dead = await reader.All<TrainingRun>()
            .Where(r => r.Status == RunStatus.Running && (r.LeaseUntil < now || (atStart && r.ClaimedBy == paths.Node)))
            .Select(r => new { r.TenantId, r.Id })
            .ToListAsync(ct);
        foreach (var run in dead)
            await RequeueAsync(run.TenantId, run.Id, atStart, ct);

        var waiting = await reader.All<TrainingRun>()
            .Where(r => r.Status == RunStatus.Queued)
            .OrderBy(r => r.QueuedAt)
            .Select(r => new { r.TenantId, r.Id })
            .ToListAsync(ct);
        signals.Keep(queues.CallsWait(TrainRunJob.GpuQueue) ? [.. waiting.Select(run => run.Id)] : []);
        foreach (var run in waiting.Where(run => !signals.IsAsked(run.Id)))
            queue.Enqueue(run.TenantId, run.Id);
    }

    private async Task RequeueAsync(TenantId tenant, RunId id, bool atStart, CancellationToken ct)
    {
        RunStatus? became = null;
        var requeued = await db.ChangeAsync(
            tenant,
            async context =>
            {
                var run = await context.Runs.FirstOrDefaultAsync(r => r.Id == id, ct);
                var now = Now;
                // Looked at again on the row itself: its worker may have renewed the lease meanwhile, or another node was faster.
                if (run is null || !(run.LeaseUntil < now || (atStart && run.ClaimedBy == paths.Node)))
                    return new LeaseLost();
                // Its worker took nothing any more once it was gone.
                await TeamShares.ChargeAsync(context, run, run.LeaseUntil is { } until && until < now ? until : now, options.Value.Rules, ct);
                var changed = run.Requeue(now, "Its worker was gone.");
                became = run.Status;
                return changed;
            },
            ct);
        if (!requeued.Succeeded)
            return;
        log.LogWarning("Run {Run} was left by a worker that is gone; it is {Status} now", id, became);
        events.Publish(new RunEvent.Changed(tenant, id));
    }
}
