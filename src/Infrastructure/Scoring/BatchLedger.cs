using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>All writes to a batch.</summary>
public static class BatchLedger
{
    /// <param name="record">Puts the change into the audit trail, where a person made it.</param>
    /// <returns>The batch after the change, or why there was none.</returns>
    public static Task<Result<ScoringBatch>> ChangeAsync(
        PortalDb db, TenantId tenant, ScoringBatchId id, Func<ScoringBatch, Result> change, CancellationToken ct,
        Action<PortalDbContext>? record = null) => db.ChangeAsync<ScoringBatch>(
        tenant,
        async context =>
        {
            var batch = await context.ScoringBatches.FirstOrDefaultAsync(b => b.Id == id, ct);
            if (batch is null)
                return new BatchNotFound();
            var changed = change(batch);
            if (!changed.Succeeded)
                return changed.Error;
            record?.Invoke(context);
            return batch;
        },
        ct);
}

/// <summary>What one attempt at a batch holds.</summary>
internal sealed class BatchLease(PortalDb db, TimeProvider time, ScoringBatch claimed) : ILease
{
    public string Name => $"batch {claimed.Id}";

    public async Task<bool> IsCancelRequestedAsync(CancellationToken ct)
    {
        await using var context = db.ForTenant(claimed.TenantId);
        return await context.ScoringBatches.AnyAsync(b => b.Id == claimed.Id && b.CancelRequested, ct);
    }

    public async Task<bool> RenewLeaseAsync(CancellationToken ct) =>
        (await BatchLedger.ChangeAsync(db, claimed.TenantId, claimed.Id, batch => batch.Renew(claimed.Attempt, time.GetUtcNow()), ct)).Succeeded;
}
