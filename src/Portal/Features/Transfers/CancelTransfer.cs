using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>Cancels what waits at once and asks the worker of what is running to stop. What an import has added stays.</summary>
public sealed class CancelTransfer(PortalDb db, ITransferQueue queue, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, TransferId id, CancellationToken ct)
    {
        var cancelled = await TransferWrite.ChangeAsync(
            db,
            actor,
            id,
            (context, transfer) =>
            {
                context.Record(actor, time, AuditAction.TransferCancel, "transfer", id, $"{transfer.Kind}");
                return transfer.RequestCancel(time.GetUtcNow());
            },
            ct);
        if (cancelled.Succeeded)
            queue.SignalCancel(id);
        return cancelled;
    }
}

/// <summary>Deletes an export or the record of an import; one that is running is stopped by that. The file goes with the next sweep.</summary>
public sealed class DeleteTransfer(PortalDb db, ITransferQueue queue, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, TransferId id, CancellationToken ct)
    {
        var deleted = await TransferWrite.ChangeAsync(
            db,
            actor,
            id,
            (context, transfer) =>
            {
                context.Transfers.Remove(transfer);
                context.Record(actor, time, AuditAction.TransferDelete, "transfer", id, $"{transfer.Kind}");
                return Result.Ok;
            },
            ct);
        if (deleted.Succeeded)
            queue.SignalCancel(id);
        return deleted;
    }
}

internal static class TransferWrite
{
    /// <summary>Who made an export may end it; anything else takes the right to write.</summary>
    public static Task<Result> ChangeAsync(
        PortalDb db, Actor actor, TransferId id, Func<PortalDbContext, Transfer, Result> change, CancellationToken ct) => db.ChangeAsync(
        actor.Tenant,
        async context =>
        {
            var transfer = await context.Transfers.FirstOrDefaultAsync(t => t.Id == id, ct);
            if (transfer is null)
                return new TransferNotFound();
            var own = transfer.Kind == TransferKind.Export && transfer.MadeBy == actor.User;
            var allowed = actor.Require(own ? TeamPermissions.Read : TeamPermissions.Write);
            return allowed.Succeeded ? change(context, transfer) : allowed;
        },
        ct);
}
