using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Images;

/// <summary>The images of a bulk change: all of them, of one project, or an error.</summary>
internal static class ChosenImages
{
    public static async Task<Result<List<InspectionImage>>> LoadAsync(
        PortalDbContext context, ProjectId project, IReadOnlyList<ImageId> ids, CancellationToken ct)
    {
        var images = await context.Images
            .Where(i => i.ProjectId == project && ids.Contains(i.Id))
            .ToListAsync(ct);
        return images.Count == ids.Distinct().Count() ? images : new ImageNotFound();
    }

    /// <summary>How many, and the names of the first few.</summary>
    public static string InWords(IReadOnlyList<InspectionImage> images)
    {
        const int Named = 5;
        var names = string.Join(", ", images.Take(Named).Select(image => image.Name));
        return images.Count <= Named ? names : $"{images.Count} images: {names} …";
    }
}
