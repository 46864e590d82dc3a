using System.Collections.Concurrent;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>Takes scores from maps with ignored pixels left out.</summary>
public sealed class IgnoredPixels(IBlobStore blobs, IScoringPictures pictures)
{
    /// <summary>A project's mask serves all its images; at side 224 each takes 50 kB.</summary>
    private const int Kept = 64;

    private readonly ConcurrentDictionary<(BlobKey Key, int Side), bool[]> masks = new();

    /// <summary>What a project leaves out of all its images; null for nothing.</summary>
    public static Task<BlobKey?> OfProjectAsync(PortalDbContext context, ProjectId project, CancellationToken ct) =>
        context.IgnoreRegions.AsNoTracking().Where(region => region.ProjectId == project).Select(region => region.Mask).FirstOrDefaultAsync(ct);

    /// <summary>The score of an image, and where pixels were left out what it is of all of them.</summary>
    /// <param name="map">As it is stored.</param>
    /// <param name="full">The score of the whole map.</param>
    /// <param name="window">Of the method: <see cref="ScoreReduction.WindowOf"/>.</param>
    /// <param name="own">The image's region.</param>
    /// <param name="project">Its project's.</param>
    public async Task<(double Score, IgnoredScore? Ignored)> TakeAsync(
        TenantId tenant, byte[] map, double full, int window, BlobKey? own, BlobKey? project, CancellationToken ct)
    {
        if (IgnoreMark.Of(own, project) is not { } mark)
            return (full, null);
        var score = await ScoreAsync(tenant, map, window, own, project, ct);
        return score is { } left ? (left, new IgnoredScore(mark, full)) : (full, null);
    }

    /// <returns>Null when a mask is not in the storage.</returns>
    /// <exception cref="InvalidDataException">The bytes are no square map.</exception>
    public async Task<double?> ScoreAsync(TenantId tenant, byte[] map, int window, BlobKey? own, BlobKey? project, CancellationToken ct)
    {
        var (values, height, width) = AnomalyMapFile.Decode(map);
        if (height != width)
            throw new InvalidDataException($"A map of {height}×{width} is none of a model's.");
        bool[]? ignored = null;
        foreach (var key in new[] { own, project }.OfType<BlobKey>())
        {
            if (await ReadAsync(tenant, key, width, ct) is not { } mask)
                return null;
            ignored = ScoreReduction.Union(ignored, mask);
        }

        return ScoreReduction.Of(values, width, window, ignored);
    }

    private async Task<bool[]?> ReadAsync(TenantId tenant, BlobKey key, int side, CancellationToken ct)
    {
        if (masks.TryGetValue((key, side), out var known))
            return known;
        await using var png = await blobs.OpenReadAsync(tenant, key, ct);
        if (png is null)
            return null;
        var mask = await pictures.MaskAsync(png, side, ct);
        if (masks.Count >= Kept)
            masks.Clear();
        masks[(key, side)] = mask;
        return mask;
    }
}
