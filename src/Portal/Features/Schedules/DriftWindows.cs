using FewShotAD.Domain.Common;
using FewShotAD.Domain.Review;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Schedules;

/// <summary>Scores of the published model: the first ones that it gave, and the newest.</summary>
internal sealed record DriftWindows(IReadOnlyList<double> Reference, IReadOnlyList<double> Current)
{
    /// <summary>More scores make the figures no better for a decision.</summary>
    public const int Largest = 500;

    /// <param name="since">Only scores from then on are new.</param>
    /// <returns>Null when no model is published, or one of the windows would be smaller than <paramref name="least"/>.</returns>
    public static async Task<DriftWindows?> ReadAsync(PortalDbContext context, ProjectId project, int least, DateTimeOffset since, CancellationToken ct)
    {
        if (await context.Projects.Where(p => p.Id == project).Select(p => p.PublishedModelId).FirstOrDefaultAsync(ct) is not { } model)
            return null;
        var results = context.Results.AsNoTracking().Where(r => r.ModelId == model);
        var current = await results.Where(r => r.ScoredAt > since).OrderByDescending(r => r.ScoredAt).Take(Largest).Select(r => r.Score).ToListAsync(ct);
        if (current.Count < least)
            return null;
        var reference = await results.Where(r => r.ScoredAt <= since).OrderBy(r => r.ScoredAt).Take(Largest).Select(r => r.Score).ToListAsync(ct);
        return reference.Count < least ? null : new DriftWindows(reference, current);
    }
}

internal static class NewlyVerified
{
    /// <summary>Images whose review came to a decision by a verdict after <paramref name="since"/>.</summary>
    public static Task<int> CountAsync(PortalDbContext context, ProjectId project, DateTimeOffset since, CancellationToken ct) => context.Results
        .Where(r => r.ProjectId == project
            && context.ReviewItems.Any(i => i.ResultId == r.Id && i.State == ReviewState.Decided && i.Decision != ReviewDecision.Unsure)
            && context.ReviewVerdicts.Any(v => v.ResultId == r.Id && v.GivenAt > since))
        .Select(r => r.ImageId)
        .Distinct()
        .CountAsync(ct);
}
