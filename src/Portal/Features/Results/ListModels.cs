using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
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
}
