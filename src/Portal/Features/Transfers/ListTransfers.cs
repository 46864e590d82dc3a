using FewShotAD.Domain.Common;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>Exports or imports of a project, or the team's restores, newest first.</summary>
public sealed class ListTransfers(PortalDb db) : IUseCase
{
    /// <summary>Behind the last row of a page: its time, and the rows of that very time that were given.</summary>
    public readonly record struct Position(DateTimeOffset At, IReadOnlyList<TransferId> Seen);

    /// <param name="Project">Null for all of the team.</param>
    /// <param name="Kinds">Null for all kinds.</param>
    public sealed record Request(ProjectId? Project, IReadOnlyList<TransferKind>? Kinds = null, Position? After = null, int Take = 100);

    public async Task<IReadOnlyList<Transfer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var rows = context.Transfers.AsNoTracking();
        if (request.Project is { } project)
            rows = rows.Where(t => t.ProjectId == project);
        if (request.Kinds is { } kinds)
            rows = rows.Where(t => kinds.Contains(t.Kind));
        if (request.After is { } after)
        {
            var (at, seen) = (after.At, after.Seen);
            rows = rows.Where(t => t.QueuedAt < at || (t.QueuedAt == at && !seen.Contains(t.Id)));
        }

        return await rows.OrderByDescending(t => t.QueuedAt).ThenByDescending(t => t.Id).Take(request.Take).ToListAsync(ct);
    }
}
