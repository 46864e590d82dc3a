using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>Runs whose worker died wait again.</summary>
internal sealed class RunRecovery(
    CrossTenantDb across, PortalDb db, IRunQueue queue, RunSignals signals, RunEvents events, DataPaths paths, TimeProvider time, ILogger<RunRecovery> log)
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
        foreach (var run in waiting.Where(run => !signals.IsAsked(run.Id)))
            queue.Enqueue(run.TenantId, run.Id);
    }

    private async Task RequeueAsync(TenantId tenant, RunId id, bool atStart, CancellationToken ct)
    {
        await using var context = db.ForTenant(tenant);
        var run = await context.Runs.FirstOrDefaultAsync(r => r.Id == id, ct);
        var now = Now;
        // Looked at again on the row itself: its worker may have renewed the lease meanwhile.
        if (run is null || !(run.LeaseUntil < now || (atStart && run.ClaimedBy == paths.Node)) || !run.Requeue(now).Succeeded)
            return;
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return; // its worker lives after all, or another node was faster
        }

        log.LogWarning("Run {Run} was left by a worker that is gone; it is {Status} now", id, run.Status);
        events.Publish(new RunEvent.Changed(tenant, id));
    }
}
