using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>All writes to a batch: a change that meets another one is tried again on the row as it is now.</summary>
public static class BatchLedger
{
    private const int Tries = 5;

    /// <param name="record">Puts the change into the audit trail, where a person made it.</param>
    /// <returns>The batch after the change, or why there was none.</returns>
    public static async Task<Result<ScoringBatch>> ChangeAsync(
        PortalDb db, TenantId tenant, ScoringBatchId id, Func<ScoringBatch, Result> change, CancellationToken ct,
        Action<PortalDbContext>? record = null)
    {
        for (var tried = 1; ; tried++)
        {
            await using var context = db.ForTenant(tenant);
            var batch = await context.ScoringBatches.FirstOrDefaultAsync(b => b.Id == id, ct);
            if (batch is null)
                return new BatchNotFound();
            var changed = change(batch);
            if (!changed.Succeeded)
                return changed.Error;
            record?.Invoke(context);
            try
            {
                await context.SaveChangesAsync(ct);
                return batch;
            }
            catch (DbUpdateConcurrencyException) when (tried < Tries)
            {
                // Read again.
            }
        }
    }
}
