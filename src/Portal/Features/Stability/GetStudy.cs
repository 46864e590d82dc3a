using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Stability;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Stability;

/// <summary>How far a stability study is and what it says.</summary>
public sealed class GetStudy(PortalDb db, RunQueueView queue) : IUseCase
{
    public async Task<Result<StudyState>> HandleAsync(Actor actor, StudyId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var study = await context.Studies.AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, ct);
        return study is null ? new StudyNotFound() : (await StudyState.OfAsync(context, queue, [study], ct))[0];
    }
}

/// <summary>Where a list of studies goes on.</summary>
public sealed record StudyPosition(DateTimeOffset At, Guid Id);

/// <summary>The stability studies of a project, newest first.</summary>
public sealed class ListStudies(PortalDb db, RunQueueView queue) : IUseCase
{
    /// <param name="After">The last study that was given; null at the beginning.</param>
    public sealed record Request(ProjectId Project, StudyPosition? After = null, int Take = 100);

    public async Task<Result<IReadOnlyList<StudyState>>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var studies = context.Studies.AsNoTracking().Where(s => s.ProjectId == request.Project);
        if (request.After is { } after)
        {
            var (at, id) = (after.At, new StudyId(after.Id));
            studies = studies.Where(s => s.StartedAt <= at && (s.StartedAt < at || s.Id > id));
        }

        var page = await studies.OrderByDescending(s => s.StartedAt).ThenBy(s => s.Id).Take(request.Take).ToListAsync(ct);
        return Result<IReadOnlyList<StudyState>>.Ok(await StudyState.OfAsync(context, queue, page, ct));
    }
}
