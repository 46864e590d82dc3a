using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>As for runs: batches whose node died wait again, and every waiting batch is queued. At start this node's own count as dead.</summary>
internal sealed class BatchRecovery(
    CrossTenantDb across, PortalDb db, BatchQueue queue, DataPaths paths, TimeProvider time, ILogger<BatchRecovery> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RecoverAsync(atStart: true, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public async Task RecoverAsync(bool atStart, CancellationToken ct)
    {
        await using var reader = across.Open("Recovery of scoring batches whose node died");
        var now = time.GetUtcNow();
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
        foreach (var batch in waiting)
            queue.Enqueue(batch.TenantId, batch.Id);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RecoverAsync(atStart: false, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Recovery of scoring batches failed and is tried again in {Interval}", Interval);
            }
        }
    }
}
