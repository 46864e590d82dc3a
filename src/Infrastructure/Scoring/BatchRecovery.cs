using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Transfers;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>Batches whose node died wait again.</summary>
internal sealed class BatchRecovery(
    CrossTenantDb across, PortalDb db, BatchQueue queue, BatchSignals signals, DataPaths paths, JobStorage queues, TimeProvider time, ILogger<BatchRecovery> log)
    : QueueRecovery(time, log)
{
    public override async Task RecoverAsync(bool atStart, CancellationToken ct)
    {
        await using var reader = across.Open("Recovery of scoring batches whose node died");
        var now = Now;
        var dead = await reader.All<ScoringBatch>()
            .Where(b => b.Status == RunStatus.Running && (b.LeaseUntil < now || (atStart && b.ClaimedBy == paths.Node)))
            .Select(b => new { b.TenantId, b.Id })
            .ToListAsync(ct);
        foreach (var batch in dead)
        {
            // Looked at again on the row itself: its node may have renewed the lease meanwhile.
            await BatchLedger.ChangeAsync(
                db, batch.TenantId, batch.Id,
                b => b.LeaseUntil < now || (atStart && b.ClaimedBy == paths.Node) ? b.Requeue(now) : new BatchOver(b.Status), ct);
        }

        var waiting = await reader.All<ScoringBatch>()
            .Where(b => b.Status == RunStatus.Queued)
            .OrderBy(b => b.QueuedAt)
            .Select(b => new { b.TenantId, b.Id })
            .ToListAsync(ct);
        signals.Keep(queues.CallsWait(TransferJob.DefaultQueue) ? [.. waiting.Select(batch => batch.Id)] : []);
        foreach (var batch in waiting)
            queue.Enqueue(batch.TenantId, batch.Id);
    }
}
