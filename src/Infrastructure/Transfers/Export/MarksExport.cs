using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Transfers.Export;

/// <summary>What people drew: shapes, the imported masks below them, ignore masks, and the region of the whole project. Nothing where nobody drew.</summary>
internal static class MarksExport
{
    /// <returns>How many files were added.</returns>
    public static async Task<int> AddAsync(ExportSource source, TransferTask task, ZipOutput zip, CancellationToken ct)
    {
        await using var list = task.NewFile();
        var added = new HashSet<string>(StringComparer.Ordinal);
        var lines = 0;
        // A page of images at a time, in their order: an annotation may have a megabyte of points.
        await foreach (var image in source.ImagesAsync(ct))
        {
            var annotation = await source.ReadAsync(context => context.Annotations.AsNoTracking().FirstOrDefaultAsync(a => a.ImageId == image.Id, ct));
            if (annotation is null)
                continue;
            annotation.TakeUp(image);
            await list.WriteLineAsync(
                new ArchiveAnnotation(image.Sha256, annotation.UseBase, annotation.Shapes, await AddAsync(annotation.BaseMask, image), await AddAsync(image.Ignore, image)), ct);
            lines++;
        }

        var files = added.Count;
        if (lines > 0)
        {
            list.Position = 0;
            await zip.AddAsync(ArchiveFiles.Annotations, list, isText: true, ct);
            files++;
        }

        var region = await source.ReadAsync(context => context.IgnoreRegions.AsNoTracking().FirstOrDefaultAsync(r => r.ProjectId == source.Project.Id, ct));
        if (region is not { Shapes.Count: > 0 })
            return files;
        await zip.AddAsync(ArchiveFiles.Ignore, new ArchiveIgnore(region.Width, region.Height, region.Shapes), ct);
        return files + 1;

        async Task<string?> AddAsync(BlobKey? key, InspectionImage image)
        {
            if (key is null)
                return null;
            var path = ArchiveFiles.Mark(key.Sha256);
            if (!added.Add(path))
                return path;
            await using var file = await source.OpenAsync(key, $"mask of {image.Name}", ct);
            await zip.AddAsync(path, file, isText: false, ct);
            return path;
        }
    }
}
