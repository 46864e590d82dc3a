using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Training;

/// <summary>What a run that is started now learns from and scores.</summary>
internal static class RunSnapshots
{
    /// <summary>More images of another part add time, not registration.</summary>
    internal const int ImagesPerCategory = 32;

    private const int MostCategories = 16;

    public static async Task<DataSnapshot> TakeAsync(
        PortalDbContext context, Project project, TrainingRecipe recipe, CancellationToken ct)
    {
        var images = await context.Images.AsNoTracking()
            .Where(i => i.ProjectId == project.Id && i.Split != ImageSplit.Unassigned)
            .OrderBy(i => i.Name).ThenBy(i => i.Id)
            .Select(i => new { i.Id, i.Split })
            .ToListAsync(ct);
        var pool = images.Where(i => i.Split == ImageSplit.Support).Select(i => i.Id).ToList();
        return new DataSnapshot(
            Draw(pool, recipe.Shots, recipe.Seed), await OthersAsync(context, project, recipe, ct), [.. images.Where(i => i.Split == ImageSplit.Test).Select(i => i.Id)]);
    }

    /// <summary>
    /// What a run learns beside its own shots. RegAD learns registration on other parts. UniAD unified over several parts needs many
    /// times the steps of its presets (measured in docs/models/uniad.md), so it learns its own part.
    /// </summary>
    public static async Task<IReadOnlyList<SnapshotCategory>> OthersAsync(
        PortalDbContext context, Project project, TrainingRecipe recipe, CancellationToken ct)
    {
        if (recipe.Method != DetectionMethod.RegAd || recipe.Registration is not null)
            return [];
        var others = await context.Images.AsNoTracking()
            .Where(i => i.ProjectId != project.Id && i.Label == ImageLabel.Normal && i.Split != ImageSplit.Test)
            .Join(context.Projects.Where(p => p.ArchivedAt == null), i => i.ProjectId, p => p.Id, (i, p) => new { i.Id, i.Name, i.ProjectId, Project = p.Name })
            .ToListAsync(ct);
        return
        [
            .. others
                .GroupBy(i => (i.ProjectId, i.Project))
                // A pair needs two different pictures of one part.
                .Where(g => g.Count() >= 2)
                .OrderBy(g => g.Key.Project, StringComparer.Ordinal)
                .Take(MostCategories)
                .Select(g => new SnapshotCategory(
                    g.Key.ProjectId, g.Key.Project, [.. g.OrderBy(i => i.Name, StringComparer.Ordinal).Take(ImagesPerCategory).Select(i => i.Id)])),
        ];
    }

    /// <summary>K shots of the pool, drawn by the run's seed; a pool of at most K is taken as it is.</summary>
    internal static List<ImageId> Draw(List<ImageId> pool, int shots, int seed)
    {
        if (pool.Count <= shots)
            return pool;
        var order = pool.ToArray();
        new Random(seed).Shuffle(order);
        var drawn = order.Take(shots).ToHashSet();
        return [.. pool.Where(drawn.Contains)];
    }
}
