using FewShotAD.Domain.Common;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Transfers;

/// <summary>
/// Exports and imports whose worker died wait again, and those that have expired are deleted: their files lose their last reference and
/// go with the next sweep.
/// </summary>
internal sealed class TransferRecovery(
    CrossTenantDb across, PortalDb db, ITransferQueue queue, TransferSignals signals, TransferFolders folders, DataPaths paths,
    JobStorage queues, TimeProvider time, ILogger<TransferRecovery> log)
    : QueueRecovery(time, log)
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        folders.DeleteAll();
        return base.StartAsync(cancellationToken);
    }

    public override async Task RecoverAsync(bool atStart, CancellationToken ct)
    {
        await using var reader = across.Open("Recovery of exports and imports whose worker died, and the end of those that expired");
        var now = Now;
        var stale = await reader.All<Transfer>()
            .Where(t => t.ExpiresAt < now || (t.Status == TransferStatus.Running && (t.LeaseUntil < now || (atStart && t.ClaimedBy == paths.Node))))
            .Select(t => new { t.TenantId, t.Id })
            .ToListAsync(ct);
        foreach (var transfer in stale)
            await MendAsync(transfer.TenantId, transfer.Id, atStart, ct);

        var waiting = await reader.All<Transfer>()
            .Where(t => t.Status == TransferStatus.Queued)
            .OrderBy(t => t.QueuedAt)
            .Select(t => new { t.TenantId, t.Id })
            .ToListAsync(ct);
        signals.Keep(queues.CallsWait(TransferJob.DefaultQueue) ? [.. waiting.Select(transfer => transfer.Id)] : []);
        foreach (var transfer in waiting.Where(t => !signals.IsAsked(t.Id)))
            queue.Enqueue(transfer.TenantId, transfer.Id);
    }

    private async Task MendAsync(TenantId tenant, TransferId id, bool atStart, CancellationToken ct)
    {
        await using var context = db.ForTenant(tenant);
        var transfer = await context.Transfers.FirstOrDefaultAsync(t => t.Id == id, ct);
        var now = Now;
        // Looked at again on the row itself: its worker may have renewed the lease meanwhile.
        if (transfer is { IsOver: true } && transfer.ExpiresAt < now)
            context.Transfers.Remove(transfer);
        else if (transfer is null || !(transfer.LeaseUntil < now || (atStart && transfer.ClaimedBy == paths.Node)) || !transfer.Requeue(now).Succeeded)
            return;
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return; // its worker lives after all, or another node was faster
        }

        if (!transfer.IsOver)
            log.LogWarning("{Kind} {Transfer} was left by a worker that is gone; it waits again", transfer.Kind, id);
    }
}
