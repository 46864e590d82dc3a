using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Scoring;

/// <summary>The model that speaks for a project.</summary>
public sealed class GetScoringModel(PortalDb db) : IUseCase
{
    public async Task<Result<TrainedModel>> HandleAsync(Actor actor, ProjectId project, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var found = await ScoringModels.FindAsync(context, null, project, ct);
        return found.Succeeded ? found.Value.Model : found.Error;
    }
}

/// <summary>Has a model made ready before the first picture comes.</summary>
public sealed class WarmModel(PortalDb db, ScoringPool pool) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, ModelId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Score);
        if (!allowed.Succeeded)
            return allowed;
        TrainedModel? model;
        await using (var context = db.ForTenant(actor.Tenant))
            model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, ct);
        return model is null ? new ModelNotFound() : await pool.WarmAsync(actor.Tenant, model.Bundle, ct);
    }
}
