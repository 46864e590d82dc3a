using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registry;

/// <summary>
/// Publishes the version again that was published before. It needs no second person: that version had its approval when it was first
/// published, and going back must not wait.
/// </summary>
public sealed class RollBackModel(PortalDb db, TimeProvider time) : IUseCase
{
    /// <param name="To">The version that the caller expects to go back to; null for whichever it is.</param>
    public sealed record Request(ProjectId Project, ModelId? To = null);

    public async Task<Result<ModelId>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        return await db.ChangeAsync<ModelId>(
            actor.Tenant,
            async context =>
            {
                var project = await context.Projects.FirstOrDefaultAsync(p => p.Id == request.Project, ct);
                if (project is null)
                    return new ProjectNotFound();
                var target = await TargetAsync(context, project, ct);
                // Somebody who knew another state asked for another step.
                if (request.To is { } wanted && target?.Id != wanted)
                    return await context.Models.AnyAsync(m => m.Id == wanted && m.ProjectId == project.Id, ct) ? new RollsBackElsewhere(target?.Version) : new ModelNotFound();
                if (target is null)
                    return new NothingToRollBackTo();
                var done = await PublishedModel.PublishAsync(context, actor, time, project, target, PublicationKind.RolledBack, null, ct);
                return done.Succeeded ? target.Id : done.Error;
            },
            ct);
    }

    /// <returns>Null when there is nothing to go back to.</returns>
    internal static async Task<TrainedModel?> TargetAsync(PortalDbContext context, Project project, CancellationToken ct)
    {
        var history = await context.Publications.AsNoTracking().Where(p => p.ProjectId == project.Id).OrderBy(p => p.Number).ToListAsync(ct);
        if (history.Count == 0)
            return null;
        var existing = await context.Models.Where(m => m.ProjectId == project.Id).Select(m => m.Id).ToListAsync(ct);
        return RollBack.Target(history, project.PublishedModelId, existing.ToHashSet()) is { } id
            ? await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, ct)
            : null;
    }
}

public sealed record RollsBackElsewhere(int? Version)
    : Error(ErrorKind.Conflict, "model.roll-back.other", Version is { } version
        ? $"Rolling back leads to v{version} by now. Look at the history, then decide again."
        : "There is nothing to roll back to by now. Look at the history, then decide again.");
