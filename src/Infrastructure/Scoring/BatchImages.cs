using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>Scores some images of a project by way of the pool, with their maps and heatmaps stored.</summary>
internal sealed class BatchImages(
    PortalDb db, IBlobStore blobs, ScoringPool pool, IScoringPictures pictures, IgnoredPixels regions, TimeProvider time, ILogger<BatchImages> log)
{
    /// <summary>Few enough that who asks for one image now does not wait long behind them.</summary>
    public const int AtOnce = 8;

    private const int SlowTries = 3;

    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);

    /// <returns>A score of each image that could be scored, or why none can be.</returns>
    public async Task<Result<IReadOnlyList<NewScore>>> ScoreAsync(
        TrainedModel model, TrainingRecipe recipe, IReadOnlyList<ImageId> ids, CancellationToken ct)
    {
        List<InspectionImage> rows;
        BlobKey? region;
        await using (var context = db.ForTenant(model.TenantId))
        {
            rows = await context.Images.AsNoTracking().Where(i => i.ProjectId == model.ProjectId && ids.Contains(i.Id)).ToListAsync(ct);
            region = await IgnoredPixels.OfProjectAsync(context, model.ProjectId, ct);
        }

        var scored = await Task.WhenAll(rows.Select(row => ScoreAsync(model, recipe, row, region, ct)));
        return scored.FirstOrDefault(one => !one.Succeeded) is { Error: { } error }
            ? error
            : Result<IReadOnlyList<NewScore>>.Ok([.. scored.Select(one => one.Value).OfType<NewScore>()]);
    }

    /// <returns>Null for an image that cannot be scored; an error when no other can be either.</returns>
    private async Task<Result<NewScore?>> ScoreAsync(TrainedModel model, TrainingRecipe recipe, InspectionImage image, BlobKey? region, CancellationToken ct)
    {
        var side = recipe.ImageSize;
        await using var view = await blobs.OpenReadAsync(model.TenantId, image.Blobs.View, ct);
        if (view is null)
            return Skip(image, "its file is not in the storage");
        var picture = await pictures.ReadAsync(view, side, ct);
        if (!picture.Succeeded)
            return Skip(image, picture.Error.Message);
        for (var slow = 0; ;)
        {
            var scored = await pool.ScoreAsync(model.TenantId, model.Bundle, picture.Value.Pixels, side, ScoringUse.Batch, ct);
            if (scored.Succeeded)
                return await StoreAsync(model, recipe, image, region, scored.Value, ct);
            switch (scored.Error)
            {
                case ScoringBusy or ScoringBusyForTeam or ScoringStopping:
                case ScoringTooSlow when ++slow < SlowTries:
                    // People's own requests go first; a node that stops cancels the wait.
                    await Task.Delay(BusyPause, time, ct);
                    break;
                case ScoringCrashed:
                    return Skip(image, scored.Error.Message);
                default:
                    return scored.Error;
            }
        }
    }

    private Result<NewScore?> Skip(InspectionImage image, string why)
    {
        log.LogWarning("Image {Image} was not scored: {Why}", image.Id, why);
        return Result<NewScore?>.Ok(null);
    }

    private async Task<Result<NewScore?>> StoreAsync(
        TrainedModel model, TrainingRecipe recipe, InspectionImage image, BlobKey? region, ModelScore scored, CancellationToken ct)
    {
        var (score, ignored) = await regions.TakeAsync(
            model.TenantId, scored.Map, scored.Score, ScoreReduction.WindowOf(recipe.Method), image.Ignore, region, ct);
        return new NewScore(
            image.Id, score,
            await blobs.PutAsync(model.TenantId, BlobKind.Map, new MemoryStream(scored.Map), ct),
            await blobs.PutAsync(model.TenantId, BlobKind.Heatmap, new MemoryStream(pictures.Heatmap(scored.Map, model.Fitted)), ct),
            ignored);
    }
}
