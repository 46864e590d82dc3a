using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Bundles;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

/// <param name="Origin">By what program and from what data; of a model that is older than the record of it what its run says.</param>
/// <param name="StartedBy">Who had it trained; for a schedule whoever made that one.</param>
/// <param name="Cause">Why a schedule had it trained; null when a person did.</param>
/// <param name="Reproduction">What came out, for a version that was made to see whether another one comes out again.</param>
/// <param name="ProjectStamp">The state of the project that says whether the model is published.</param>
public sealed record ModelState(
    TrainedModel Model, TrainingRecipe Recipe, int RunNumber, ModelOrigin Origin, UserId StartedBy, string? Cause, bool IsPublished, Guid ProjectStamp,
    ReproductionOutcome? Reproduction = null);

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
            .Join(context.Runs, m => m.RunId, r => r.Id, (m, r) => new { Model = m, r.Recipe, r.Number, r.StartedBy, r.Cause })
            .Join(context.Projects, row => row.Model.ProjectId, p => p.Id, (row, p) => new { Row = row, p.PublishedModelId, p.ConcurrencyStamp })
            .OrderByDescending(row => row.Row.Model.Version)
            .ToListAsync(ct);
        // A snapshot may name 100,000 images: only for models that have no figures of it is it read.
        var older = rows.Where(r => r.Row.Model.Origin is null).Select(r => r.Row.Model.RunId).ToList();
        var runs = older.Count == 0 ? [] : await context.Runs.AsNoTracking().Where(r => older.Contains(r.Id)).ToDictionaryAsync(r => r.Id, r => ModelOrigin.Of(r), ct);
        ModelState[] states =
        [
            .. rows.Select(r => new ModelState(
                r.Row.Model, r.Row.Recipe, r.Row.Number, r.Row.Model.Origin ?? runs[r.Row.Model.RunId], r.Row.StartedBy, r.Row.Cause,
                r.PublishedModelId == r.Row.Model.Id, r.ConcurrencyStamp)),
        ];
        // Few versions are made to see whether they come out again.
        for (var i = 0; i < states.Length; i++)
        {
            if (await Reproductions.OfAsync(context, states[i].Model, states[i].Origin, ct) is { } outcome)
                states[i] = states[i] with { Reproduction = outcome };
        }

        return states;
    }
}
