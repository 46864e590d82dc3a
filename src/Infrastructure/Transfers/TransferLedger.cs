using FewShotAD.Domain.Common;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Transfers;

/// <summary>What one attempt at a transfer writes to its row: only while the attempt still holds it, and beside a person's cancel.</summary>
internal sealed class TransferLedger : ILease, IDisposable
{
    private static readonly TimeSpan ReportPause = TimeSpan.FromMilliseconds(500);

    private readonly PortalDb db;
    private readonly TimeProvider time;
    private readonly string node;
    private readonly int attempt;

    // Lease and progress are written by two loops of one attempt: in turn, instead of against each other.
    private readonly SemaphoreSlim turn = new(1);
    private long reported;

    private TransferLedger(PortalDb db, TimeProvider time, string node, Transfer claimed)
    {
        (this.db, this.time, this.node) = (db, time, node);
        (Transfer, attempt) = (claimed, claimed.Attempt);
    }

    /// <summary>As it was claimed.</summary>
    public Transfer Transfer { get; }

    public string Name => $"{Transfer.Kind} {Transfer.Id}";

    /// <summary>Takes it for this node, or returns null when it is gone, over, or another worker's.</summary>
    public static async Task<TransferLedger?> ClaimAsync(
        PortalDb db, TimeProvider time, string node, TenantId tenant, TransferId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(tenant);
        var transfer = await context.Transfers.FirstOrDefaultAsync(t => t.Id == id, ct);
        if (transfer is null || !transfer.Claim(node, time.GetUtcNow()).Succeeded)
            return null;
        try
        {
            await context.SaveChangesAsync(ct);
            return new TransferLedger(db, time, node, transfer);
        }
        catch (DbUpdateConcurrencyException)
        {
            return null; // another worker was faster
        }
    }

    /// <param name="change">Is done again on a fresh context when the row has changed meanwhile.</param>
    /// <returns>False when the transfer is no longer this attempt's: nothing was written.</returns>
    public async Task<bool> WriteAsync(Func<PortalDbContext, Transfer, Task> change, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            return await db.ChangeAsync(
                Transfer.TenantId,
                async context =>
                {
                    var row = await context.Transfers.FirstOrDefaultAsync(t => t.Id == Transfer.Id, ct);
                    if (row is null || row.Status != TransferStatus.Running || row.ClaimedBy != node || row.Attempt != attempt)
                        return new LeaseLost();
                    await change(context, row);
                    return Result.Ok;
                },
                ct) is { Succeeded: true };
        }
        finally
        {
            turn.Release();
        }
    }

    public Task<bool> WriteAsync(Func<Transfer, DateTimeOffset, Result> change, CancellationToken ct) => WriteAsync(
        (_, row) =>
        {
            RunLedger.Must(change(row, time.GetUtcNow()));
            return Task.CompletedTask;
        },
        ct);

    public Task<bool> RenewLeaseAsync(CancellationToken ct) => WriteAsync((row, now) => row.RenewLease(node, now), ct);

    public async Task<bool> IsCancelRequestedAsync(CancellationToken ct)
    {
        await using var context = db.ForTenant(Transfer.TenantId);
        return await context.Transfers.AnyAsync(t => t.Id == Transfer.Id && t.CancelRequested, ct);
    }

    public async Task ReportAsync(long done, long total, CancellationToken ct)
    {
        // By the machine's clock: how often is a matter of load, not of the date.
        var now = TimeProvider.System.GetTimestamp();
        if (reported != 0 && TimeProvider.System.GetElapsedTime(reported, now) < ReportPause)
            return;
        reported = now;
        await WriteAsync(
            (row, _) =>
            {
                row.Advance(done, total);
                return Result.Ok;
            },
            ct);
    }

    public void Dispose() => turn.Dispose();
}
