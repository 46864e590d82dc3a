using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Results;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Scoring;

/// <param name="Side">Of the images that the model takes.</param>
/// <param name="Window">Of its method: <see cref="ScoreReduction.WindowOf"/>.</param>
internal sealed record ScoringModel(TrainedModel Model, int Side, int Window);

/// <summary>Which model scores.</summary>
internal static class ScoringModels
{
    public static async Task<Result<ScoringModel>> FindAsync(PortalDbContext context, ModelId? model, ProjectId? project, CancellationToken ct)
    {
        var found = model is { } id
            ? await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, ct)
            : await SpeakingModel.OfAsync(context, project ?? default, ct);
        if (found is null && model is not null)
            return new ModelNotFound();
        if (found is null)
            return await context.Projects.AnyAsync(p => p.Id == project, ct) ? new NoModelYet() : new ProjectNotFound();
        var recipe = await context.Runs.AsNoTracking().Where(r => r.Id == found.RunId).Select(r => r.Recipe).FirstAsync(ct);
        return new ScoringModel(found, recipe.ImageSize, ScoreReduction.WindowOf(recipe.Method));
    }
}

public sealed record NoModelYet()
    : Error(ErrorKind.Conflict, "project.model", "This project has no model yet. Train one, then send the image again.");
