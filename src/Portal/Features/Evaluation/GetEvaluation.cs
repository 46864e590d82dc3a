using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Evaluation;

/// <summary>A support shot of a model's run.</summary>
/// <param name="Name">Null when the image has been deleted since.</param>
/// <param name="IsShot">Whether it still is a normal shot of the project.</param>
/// <param name="Advice">Null for a model that was trained before scores of shots were recorded.</param>
public sealed record SupportShot(ImageId Image, string? Name, bool IsShot, ShotAdvice? Advice);

/// <summary>What is known of a model beside its own row.</summary>
/// <param name="IsComing">Its run still works: results are missing.</param>
/// <param name="Scored">Results so far, of <paramref name="ToScore"/> test images of the run.</param>
/// <param name="Support">The oddest first where scores are known, otherwise in the run's order.</param>
/// <param name="Metrics">Image metrics from the scores and labels as they are now.</param>
public sealed record EvaluatedModel(
    TrainedModel Model, TrainingRecipe Recipe, int RunNumber, string? CodeVersion, bool IsComing, int Scored, int ToScore,
    ModelEvaluation Metrics, TellingExamples Examples, IReadOnlyList<SupportShot> Support);

/// <summary>
/// What one model's scores say about it. Image metrics and their intervals are made anew from the stored scores, so that a label
/// that was corrected counts at once; pixel metrics are those that the run measured, since no values per image are stored.
/// </summary>
public sealed class GetEvaluation(PortalDb db) : IUseCase
{
    /// <summary>Of each kind, see <see cref="TellingExamples"/>.</summary>
    private const int Examples = 6;

    /// <param name="Model">Null for the project's published one, or its latest while none is published.</param>
    public sealed record Request(ProjectId Project, ModelId? Model = null);

    /// <param name="Shots">Normal shots of the project as it is now.</param>
    /// <param name="Evaluated">Null while the project has no model.</param>
    public sealed record Answer(Project Project, int Shots, EvaluatedModel? Evaluated);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var project = await context.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.Id == request.Project, ct);
        if (project is null)
            return new ProjectNotFound();
        var model = request.Model is { } id
            ? await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id && m.ProjectId == project.Id, ct)
            : await SpeakingModel.OfAsync(context, project.Id, ct);
        if (model is null && request.Model is not null)
            return new ModelNotFound();
        var shots = await context.Images.CountAsync(i => i.ProjectId == project.Id && i.Split == ImageSplit.Support, ct);
        return new Answer(project, shots, model is null ? null : await EvaluateAsync(context, model, ct));
    }

    public async Task<Result<EvaluatedModel>> OfModelAsync(Actor actor, ModelId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, ct);
        return model is null ? new ModelNotFound() : await EvaluateAsync(context, model, ct);
    }

    private static async Task<EvaluatedModel> EvaluateAsync(PortalDbContext context, TrainedModel model, CancellationToken ct)
    {
        var run = await context.Runs.AsNoTracking().FirstAsync(r => r.Id == model.RunId, ct);
        var support = run.Snapshot.Support.ToHashSet();
        var rows = await context.Results.AsNoTracking()
            .Where(r => r.ModelId == model.Id)
            .Join(context.Images.Where(i => i.Split == ImageSplit.Test), r => r.ImageId, i => i.Id,
                (r, i) => new EvaluatedImage(r.Id, i.Id, i.Name, r.Score, i.Label, i.DefectType))
            .ToListAsync(ct);
        // A shot that the model learned from says nothing, even where it was moved into the test set and scored.
        var images = rows.Where(image => !support.Contains(image.Image)).ToList();
        // Thousands of resamples: not on the thread that draws pages.
        var metrics = await Task.Run(() => ModelEvaluation.Of(images, model.Calibration, ct), ct);
        return new EvaluatedModel(
            model, run.Recipe, run.Number, run.CodeVersion, !run.IsOver, images.Count, run.Snapshot.Test.Count, metrics,
            TellingExamples.Of(images, model.Calibration, Examples), await SupportAsync(context, model, run, ct));
    }

    private static async Task<IReadOnlyList<SupportShot>> SupportAsync(
        PortalDbContext context, TrainedModel model, TrainingRun run, CancellationToken ct)
    {
        var ids = run.Snapshot.Support.ToList();
        var there = await context.Images.AsNoTracking()
            .Where(i => ids.Contains(i.Id))
            .Select(i => new { i.Id, i.Name, i.Split })
            .ToDictionaryAsync(i => i.Id, ct);
        var advice = model.ShotScores is { } scores && scores.Count == ids.Count ? SupportAdvice.Of(scores) : null;
        var shots = ids.Select((id, k) => there.GetValueOrDefault(id) is { } image
            ? new SupportShot(id, image.Name, image.Split == ImageSplit.Support, advice?[k])
            : new SupportShot(id, null, false, advice?[k]));
        return advice is null ? [.. shots] : [.. shots.OrderByDescending(shot => shot.Advice!.Score)];
    }
}
