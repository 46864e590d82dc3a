using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Training;

/// <summary>A moment of a run with the name of who asked for it.</summary>
public sealed record NamedMoment(RunMoment Moment, string? By);

/// <summary>A run's log, losses and history, oldest first, from any line, step or moment on.</summary>
public sealed class ListRunRecords(PortalDb db) : IUseCase
{
    /// <param name="After">The number of the last line, step or moment that was given; 0 at the beginning.</param>
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

    public async Task<Result<IReadOnlyList<NamedMoment>>> HistoryAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Runs.AnyAsync(r => r.Id == request.Run, ct))
            return new RunNotFound();
        var moments = context.RunMoments.AsNoTracking().Where(m => m.RunId == request.Run && m.Sequence > request.After).OrderBy(m => m.Sequence).Take(request.Take);
        return Result<IReadOnlyList<NamedMoment>>.Ok(await NameAsync(context, moments, ct));
    }

    internal static async Task<IReadOnlyList<NamedMoment>> NameAsync(PortalDbContext context, IQueryable<RunMoment> moments, CancellationToken ct)
    {
        var rows = await moments.ToListAsync(ct);
        var people = rows.Where(m => m.By is not null).Select(m => m.By!.Value.Value).Distinct().ToList();
        var names = await context.Users.AsNoTracking().Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, ct);
        return [.. rows.Select(m => new NamedMoment(m, m.By is { } by ? names.GetValueOrDefault(by.Value, "somebody who left") : null))];
    }
}
