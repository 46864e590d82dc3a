using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Results;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Stability;

/// <summary>What a study that is started now would be made of.</summary>
/// <param name="Model">Whose recipe it takes.</param>
public sealed record StudyDraw(TrainedModel Model, TrainingRecipe Recipe, StudyPool Pool, DrawnStudy Drawn);

/// <summary>
/// Draws a study from the project as it is now: shots come from the normal shots, and from good test images where the choice or the need
/// is. Images in no split are left alone: among them are shots that somebody took out because they are odd.
/// </summary>
internal static class StudyDraws
{
    /// <param name="named">Null for the model that speaks for the project.</param>
    public static async Task<Result<StudyDraw>> OfAsync(PortalDbContext context, ProjectId project, ModelId? named, StudySize size, CancellationToken ct)
    {
        var model = await ListResults.ModelAsync(context, project, named, ct);
        if (model is null)
            return named is null ? new NoModelToStudy() : new ModelNotFound();
        var recipe = await context.Runs.AsNoTracking().Where(r => r.Id == model.RunId).Select(r => r.Recipe).FirstAsync(ct);
        var images = await context.Images.AsNoTracking()
            .Where(i => i.ProjectId == project && (i.Split == ImageSplit.Support || (i.Split == ImageSplit.Test && i.Label != ImageLabel.Unknown)))
            .OrderBy(i => i.Name).ThenBy(i => i.Id)
            .Select(i => new { i.Id, i.Split, i.Label })
            .ToListAsync(ct);
        List<ImageId> Of(ImageSplit split, ImageLabel label) => [.. images.Where(i => i.Split == split && i.Label == label).Select(i => i.Id)];
        var pool = new StudyPool(
            Of(ImageSplit.Support, ImageLabel.Normal), Of(ImageSplit.Test, ImageLabel.Normal), Of(ImageSplit.Test, ImageLabel.Defective));
        var drawn = StudyDesign.Draw(pool, size, recipe.Shots, recipe.Seed);
        return drawn.Succeeded ? new StudyDraw(model, recipe, pool, drawn.Value) : drawn.Error;
    }

    public static StudySize Size(int? sets, int? seeds, bool? fromTest, int? drawSeed)
    {
        var usual = new StudySize();
        return new StudySize(sets ?? usual.Sets, seeds ?? usual.Seeds, fromTest, drawSeed ?? usual.DrawSeed);
    }
}

public sealed record NoModelToStudy()
    : Error(ErrorKind.Conflict, "study.model", "The project has no model whose recipe could be studied. Train one first.");
