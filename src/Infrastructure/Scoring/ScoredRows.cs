using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>A score whose map and heatmap are blobs by now.</summary>
/// <param name="Ignored">Null when the score is that of the whole picture.</param>
public sealed record NewScore(ImageId Image, double Score, BlobKey Map, BlobKey Heatmap, IgnoredScore? Ignored = null);

/// <summary>Result rows as training makes them. Repeatable: a model has one result per image.</summary>
public static class ScoredRows
{
    private const int Tries = 5;

    /// <param name="record">Puts the write into the audit trail, where a person asked for it.</param>
    /// <returns>The result of each image that is still there.</returns>
    public static async Task<IReadOnlyDictionary<ImageId, ResultId>> WriteAsync(
        PortalDb db, TenantId tenant, ModelId modelId, IReadOnlyList<NewScore> scores, DateTimeOffset now, CancellationToken ct,
        Action<PortalDbContext>? record = null)
    {
        for (var tried = 1; ; tried++)
        {
            await using var context = db.ForTenant(tenant);
            var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == modelId, ct);
            if (model is null)
                return new Dictionary<ImageId, ResultId>();
            var written = await AddAsync(context, model, scores, now, ct);
            record?.Invoke(context);
            try
            {
                await context.SaveChangesAsync(ct);
                await RescoreRequests.CheckAsync(db, tenant, model.ProjectId, [.. written.Keys], ct);
                return written;
            }
            catch (DbUpdateException) when (tried < Tries)
            {
                // Somebody wrote the same result, or deleted an image, between reading and writing: again, on what is there now.
            }
        }
    }

    private static async Task<Dictionary<ImageId, ResultId>> AddAsync(
        PortalDbContext context, TrainedModel model, IReadOnlyList<NewScore> scores, DateTimeOffset now, CancellationToken ct)
    {
        var ids = scores.Select(score => score.Image).ToList();
        var images = await context.Images.AsNoTracking().Where(i => i.ProjectId == model.ProjectId && ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id, ct);
        var known = await context.Results.Where(r => r.ModelId == model.Id && ids.Contains(r.ImageId)).ToDictionaryAsync(r => r.ImageId, ct);
        var written = new Dictionary<ImageId, ResultId>();
        foreach (var score in scores.Where(score => images.ContainsKey(score.Image)))
        {
            if (known.TryGetValue(score.Image, out var row))
                row.Rescore(score.Score, score.Map, score.Heatmap, now, score.Ignored);
            else
                context.Results.Add(row = ScoredImage.Create(model, images[score.Image], score.Score, score.Map, score.Heatmap, now, score.Ignored));
            written[score.Image] = row.Id;
        }

        return written;
    }
}
