using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Training;

/// <summary>A run's log and losses, oldest first, from any line or step on.</summary>
public sealed class ListRunRecords(PortalDb db) : IUseCase
{
    /// <param name="After">The number of the last line or step that was given; 0 at the beginning.</param>
    public sealed record Request(RunId Run, int After, int Take);

    public async Task<Result<IReadOnlyList<RunLogLine>>> LogAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Runs.AnyAsync(r => r.Id == request.Run, ct))
            return new RunNotFound();
        return Result<IReadOnlyList<RunLogLine>>.Ok(await context.RunLog.AsNoTracking()
            .Where(l => l.RunId == request.Run && l.Sequence > request.After)
            .OrderBy(l => l.Sequence)
            .Take(request.Take)
            .ToListAsync(ct));
    }

    public async Task<Result<IReadOnlyList<RunStep>>> LossesAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Runs.AnyAsync(r => r.Id == request.Run, ct))
            return new RunNotFound();
        return Result<IReadOnlyList<RunStep>>.Ok(await context.RunSteps.AsNoTracking()
            .Where(s => s.RunId == request.Run && s.Step > request.After)
            .OrderBy(s => s.Step)
            .Take(request.Take)
            .ToListAsync(ct));
    }
}
