using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

/// <param name="ProjectStamp">The state of the project that says whether the model is published.</param>
public sealed record ModelState(TrainedModel Model, TrainingRecipe Recipe, int RunNumber, string? CodeVersion, bool IsPublished, Guid ProjectStamp);

/// <summary>A model with the recipe that made it.</summary>
public sealed class GetModel(PortalDb db) : IUseCase
{
    public async Task<Result<ModelState>> HandleAsync(Actor actor, ModelId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var states = await StatesAsync(context, context.Models.AsNoTracking().Where(m => m.Id == id), ct);
        return states is [var state] ? state : new ModelNotFound();
    }

    /// <summary>In the order of <paramref name="models"/> by version, newest first.</summary>
    internal static async Task<IReadOnlyList<ModelState>> StatesAsync(PortalDbContext context, IQueryable<TrainedModel> models, CancellationToken ct)
    {
        var rows = await models
            .Join(context.Runs, m => m.RunId, r => r.Id, (m, r) => new { Model = m, r.Recipe, r.Number, r.CodeVersion })
            .Join(context.Projects, row => row.Model.ProjectId, p => p.Id, (row, p) => new { Row = row, p.PublishedModelId, p.ConcurrencyStamp })
            .OrderByDescending(row => row.Row.Model.Version)
            .ToListAsync(ct);
        return
        [
            .. rows.Select(r => new ModelState(
                r.Row.Model, r.Row.Recipe, r.Row.Number, r.Row.CodeVersion, r.PublishedModelId == r.Row.Model.Id, r.ConcurrencyStamp)),
        ];
    }
}
