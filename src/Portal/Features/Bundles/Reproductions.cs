using FewShotAD.Domain.Models;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Bundles;

/// <summary>What came out of making a version again.</summary>
/// <param name="IsThere">The version is still there to be compared with.</param>
/// <param name="Images">That both have scored, as they were scored: of the whole picture.</param>
/// <param name="LargestDifference">Between the two scores of one image; null without images.</param>
/// <param name="Image">The name of that image.</param>
/// <param name="Same">To the bit, on every image.</param>
/// <param name="WithinTolerance">No further off than another machine may be.</param>
public sealed record ReproductionOutcome(
    Guid Model, int Version, string? Why, bool IsThere, int Images, double? LargestDifference, string? Image, bool Same, bool WithinTolerance);

internal static class Reproductions
{
    /// <returns>Null for a version that reproduces none.</returns>
    public static async Task<ReproductionOutcome?> OfAsync(PortalDbContext context, TrainedModel model, ModelOrigin origin, CancellationToken ct)
    {
        if (origin.Reproduces is not { } reproduced)
            return null;
        var before = new Domain.Common.ModelId(reproduced.Model);
        var there = await context.Models.AnyAsync(m => m.Id == before, ct);
        var pairs = context.Results.AsNoTracking().Where(r => r.ModelId == model.Id)
            .Join(context.Results.Where(r => r.ModelId == before), again => again.ImageId, first => first.ImageId, (again, first) => new
            {
                Name = again.ImageName, First = first.FullScore ?? first.Score, Again = again.FullScore ?? again.Score,
            });
        var images = there ? await pairs.CountAsync(ct) : 0;
        var worst = images == 0 ? null : await pairs.OrderByDescending(pair => Math.Abs(pair.Again - pair.First)).ThenBy(pair => pair.Name).FirstAsync(ct);
        var difference = worst is null ? (double?)null : Math.Abs(worst.Again - worst.First);
        // On the scale of the line, as for golden scores: the largest difference is the one that matters.
        var most = worst is null ? 0 : PortableModel.OwnTolerance * Math.Max(Math.Abs(worst.First), Math.Abs(model.Fitted.CertainlyDefective));
        return new ReproductionOutcome(
            reproduced.Model, reproduced.Version, reproduced.Why, there, images, difference, worst?.Name, difference == 0, difference <= most);
    }
}
