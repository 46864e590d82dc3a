using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

/// <summary>A project's models, newest first.</summary>
public sealed class ListModels(PortalDb db) : IUseCase
{
    public async Task<IReadOnlyList<TrainedModel>> HandleAsync(Actor actor, ProjectId project, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        return await context.Models.AsNoTracking()
            .Where(m => m.ProjectId == project)
            .OrderByDescending(m => m.Version)
            .ToListAsync(ct);
    }

    /// <param name="Before">The version that the last page ended with; null at the beginning.</param>
    public sealed record Request(ProjectId Project, int? Before, int Take);

    public async Task<Result<IReadOnlyList<ModelState>>> PageAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var models = context.Models.AsNoTracking().Where(m => m.ProjectId == request.Project && (request.Before == null || m.Version < request.Before));
        return Result<IReadOnlyList<ModelState>>.Ok(
            await GetModel.StatesAsync(context, models.OrderByDescending(m => m.Version).Take(request.Take), ct));
    }
}
