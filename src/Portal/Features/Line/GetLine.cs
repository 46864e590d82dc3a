using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Line;

/// <summary>A version of a line, the fitted one among them.</summary>
/// <param name="By">Empty where nobody knows the name.</param>
/// <param name="Restores">The version that this one goes back to.</param>
/// <param name="Flips">Null for the first: nothing was before it.</param>
public sealed record LineView(
    int Number, LineThresholds Thresholds, string Reason, string By, DateTimeOffset At, int? Restores, LineFlips? Flips, bool InForce)
{
    public const string FittedReason = "From the normal shots alone";
    public const string FittedBy = "Training";

    internal static LineView Of(LineVersion version, TrainedModel model) => new(
        version.Number, version.Thresholds(), version.Reason, version.MadeByName, version.MadeAt, version.Restores, version.Flips, version.Number == model.LineNumber);

    internal static LineView FittedOf(TrainedModel model) => new(
        LineVersion.Fitted, model.Fitted.Thresholds(), FittedReason, FittedBy, model.CreatedAt, null, null, model.LineNumber == LineVersion.Fitted);
}

/// <summary>A model with the line in force.</summary>
public sealed record LineState(TrainedModel Model, LineView Line);

/// <summary>A scored image, to see a pixel threshold on.</summary>
public sealed record NearImage(ResultId Result, ImageId Image, string Name, double Score);

/// <summary>The line of a model: where it lies, and for the page what is around it.</summary>
public sealed class GetLine(PortalDb db) : IUseCase
{
    /// <param name="Model">Null for the project's published one, or its latest while none is published.</param>
    public sealed record Request(ProjectId Project, ModelId? Model = null);

    /// <param name="Line">Null while the project has no model.</param>
    /// <param name="Scored">How many images the model has scored.</param>
    /// <param name="IsComing">Its run still works: results are missing.</param>
    /// <param name="Near">Images on both sides of T2, the highest score first.</param>
    public sealed record Answer(Project Project, LineState? Line, int Scored, bool IsComing, IReadOnlyList<NearImage> Near);

    /// <summary>On each side of T2.</summary>
    private const int NearImages = 3;

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var project = await context.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.Id == request.Project, ct);
        if (project is null)
            return new ProjectNotFound();
        var model = request.Model is { } id
            ? await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id && m.ProjectId == project.Id, ct)
            : await SpeakingModel.OfAsync(context, project.Id, ct);
        if (model is null)
            return request.Model is null ? new Answer(project, null, 0, false, []) : new ModelNotFound();
        var scored = await context.Results.CountAsync(r => r.ModelId == model.Id, ct);
        var status = await context.Runs.Where(r => r.Id == model.RunId).Select(r => r.Status).FirstAsync(ct);
        return new Answer(
            project, await StateAsync(context, model, ct), scored, status is RunStatus.Queued or RunStatus.Running, await NearAsync(context, model, ct));
    }

    public async Task<Result<LineState>> OfModelAsync(Actor actor, ModelId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, ct);
        return model is null ? new ModelNotFound() : await StateAsync(context, model, ct);
    }

    private static async Task<IReadOnlyList<NearImage>> NearAsync(PortalDbContext context, TrainedModel model, CancellationToken ct)
    {
        var t2 = model.Calibration.CertainlyDefective;
        var results = context.Results.AsNoTracking().Where(r => r.ModelId == model.Id);
        var near = await results.Where(r => r.Score >= t2).OrderBy(r => r.Score).ThenBy(r => r.Id).Take(NearImages)
            .Join(context.Images, r => r.ImageId, i => i.Id, (r, i) => new NearImage(r.Id, i.Id, i.Name, r.Score)).ToListAsync(ct);
        near.AddRange(await results.Where(r => r.Score < t2).OrderByDescending(r => r.Score).ThenBy(r => r.Id).Take(NearImages)
            .Join(context.Images, r => r.ImageId, i => i.Id, (r, i) => new NearImage(r.Id, i.Id, i.Name, r.Score)).ToListAsync(ct));
        return [.. near.OrderByDescending(image => image.Score)];
    }

    private static async Task<LineState> StateAsync(PortalDbContext context, TrainedModel model, CancellationToken ct)
    {
        var version = await context.LineVersions.AsNoTracking().FirstOrDefaultAsync(v => v.ModelId == model.Id && v.Number == model.LineNumber, ct);
        return new LineState(model, version is null ? LineView.FittedOf(model) : LineView.Of(version, model));
    }
}
