using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Bundles;

/// <param name="Score">Of the whole picture.</param>
internal sealed record ChosenGolden(string Name, BlobKey View, string Why, double Score, MapSummary Map);

/// <summary>
/// Which images show that a model is the same elsewhere: of the test images that it has scored the two lowest, the two highest, and the two nearest to
/// T2 from either side; where there are none, its shots, scored now. The same results give the same choice.
/// </summary>
public sealed class GoldenChoice(IBlobStore blobs, ScoringPool pool, IScoringPictures pictures)
{
    private const int OfEach = 2;

    internal async Task<Result<IReadOnlyList<ChosenGolden>>> OfAsync(PortalDbContext context, TrainedModel model, TrainingRun run, CancellationToken ct)
    {
        var rows = await RowsAsync(context, model, ct);
        var chosen = new List<ChosenGolden>();
        foreach (var (image, result, why) in rows.OrderBy(row => row.Result.Score).ThenBy(row => row.Image.Id.Value))
        {
            await using var map = await blobs.OpenReadAsync(model.TenantId, result.Map, ct);
            if (map is null)
                return new BundleContentMissing(image.Name);
            using var bytes = new MemoryStream();
            await map.CopyToAsync(bytes, ct);
            Add(chosen, image, why, result.FullScore ?? result.Score, bytes.ToArray());
        }

        if (chosen.Count == 0 && await ShotsAsync(context, model, run, chosen, ct) is { } error)
            return error;
        return chosen.Count == 0 ? new NothingGolden() : Result<IReadOnlyList<ChosenGolden>>.Ok(chosen);
    }

    private static async Task<List<(InspectionImage Image, ScoredImage Result, string Why)>> RowsAsync(PortalDbContext context, TrainedModel model, CancellationToken ct)
    {
        var t2 = model.Calibration.CertainlyDefective;
        var scored = context.Results.AsNoTracking().Where(r => r.ModelId == model.Id && context.Images.Any(i => i.Id == r.ImageId && i.Split == ImageSplit.Test));
        (string Why, IQueryable<ScoredImage> Rows)[] ends =
        [
            ("nearest below T2", scored.Where(r => r.Score < t2).OrderByDescending(r => r.Score).ThenBy(r => r.ImageId)),
            ("nearest above T2", scored.Where(r => r.Score >= t2).OrderBy(r => r.Score).ThenBy(r => r.ImageId)),
            ("lowest score", scored.OrderBy(r => r.Score).ThenBy(r => r.ImageId)),
            ("highest score", scored.OrderByDescending(r => r.Score).ThenBy(r => r.ImageId)),
        ];
        var chosen = new Dictionary<ImageId, (ScoredImage Result, string Why)>();
        foreach (var (why, rows) in ends)
        {
            foreach (var row in await rows.Take(OfEach).ToListAsync(ct))
                chosen.TryAdd(row.ImageId, (row, why));
        }

        var ids = chosen.Keys.ToList();
        var images = await context.Images.AsNoTracking().Where(i => ids.Contains(i.Id)).ToListAsync(ct);
        return [.. images.Select(image => (image, chosen[image.Id].Result, chosen[image.Id].Why))];
    }

    private async Task<Error?> ShotsAsync(PortalDbContext context, TrainedModel model, TrainingRun run, List<ChosenGolden> chosen, CancellationToken ct)
    {
        var support = run.Snapshot.Support.Take(PortableModel.MostGolden).ToList();
        var shots = await context.Images.AsNoTracking().Where(i => support.Contains(i.Id)).ToDictionaryAsync(i => i.Id, ct);
        foreach (var shot in support.Where(shots.ContainsKey).Select(id => shots[id]))
        {
            await using var content = await blobs.OpenReadAsync(model.TenantId, shot.Blobs.View, ct);
            if (content is null)
                return new BundleContentMissing(shot.Name);
            var picture = await pictures.ReadAsync(content, run.Recipe.ImageSize, ct);
            if (!picture.Succeeded)
                return picture.Error;
            var scored = await pool.ScoreAsync(model.TenantId, model.Bundle, picture.Value.Pixels, run.Recipe.ImageSize, ScoringUse.Bundle, ct);
            if (!scored.Succeeded)
                return scored.Error;
            Add(chosen, shot, "a shot", scored.Value.Score, scored.Value.Map);
        }

        return null;
    }

    /// <summary>A map that overflowed its type proves nothing.</summary>
    private static void Add(List<ChosenGolden> chosen, InspectionImage image, string why, double score, byte[] map)
    {
        var summary = MapSummary.Of(map);
        if (double.IsFinite(score) && double.IsFinite(summary.Max) && double.IsFinite(summary.Mean) && summary.Grid.All(double.IsFinite))
            chosen.Add(new ChosenGolden(image.Name, image.Blobs.View, why, score, summary));
    }
}

public sealed record NothingGolden() : Error(
    ErrorKind.Conflict, "bundle.golden",
    "Neither a test image that this version has scored nor one of its shots is stored any more, so nothing could show elsewhere that it is the same model. Score a test image with it, then download again.");
