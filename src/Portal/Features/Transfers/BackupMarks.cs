using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Transfers;
using FewShotAD.Imaging;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;
using FewShotAD.Portal.Features.Annotate;
using FewShotAD.Portal.Features.Images;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>The drawings of a backup. Masks are made again from the shapes; what somebody drew since is left alone.</summary>
public sealed class BackupMarks(PortalDb db, ImageIngest ingest, MarkPictures pictures, TimeProvider time)
{
    /// <summary>The most points that an annotation may have, written out in full.</summary>
    private const int MaxLineLength = 4 << 20;

    private const long MaxRegionBytes = 4 << 20;

    internal async Task<Result> TakeAsync(ZipInput zip, string root, TransferTask task, ProjectId project, ImportReport report, CancellationToken ct)
    {
        if (zip.Has(root + ArchiveFiles.Annotations))
        {
            var list = await ZipRoot.OpenListAsync<ArchiveAnnotation>(zip, root + ArchiveFiles.Annotations, task, ct, MaxLineLength);
            if (!list.Succeeded)
                return list.Error;
            await using var lines = list.Value;
            foreach (var line in lines.Read())
            {
                var taken = await TakeAsync(zip, root, task, project, line, ct);
                if (!taken.Succeeded)
                    await report.RejectedAsync($"drawing on {line.Image}", taken.Error.Message, ct);
            }
        }

        return zip.Has(root + ArchiveFiles.Ignore) ? await TakeRegionAsync(zip, root, task, project, ct) : Result.Ok;
    }

    private async Task<Result> TakeAsync(ZipInput zip, string root, TransferTask task, ProjectId project, ArchiveAnnotation line, CancellationToken ct)
    {
        await using var context = db.ForTenant(task.Tenant);
        var image = await context.Images.FirstOrDefaultAsync(i => i.ProjectId == project && i.Sha256 == line.Image, ct);
        if (image is null)
            return new ImageNotFound();
        if (await context.Annotations.AnyAsync(a => a.ImageId == image.Id, ct))
            return Result.Ok; // by an earlier attempt
        BlobKey? below = null;
        if (line.Base is { } path)
        {
            await using var file = task.NewFile();
            var unpacked = await zip.UnpackAsync(root + path, file, DecodeLimits.Default.MaxBytes, ct);
            if (!unpacked.Succeeded)
                return unpacked;
            var mask = await ingest.PrepareMaskAsync(task.Tenant, file, path, image, ct);
            if (!mask.Succeeded)
                return mask.Error;
            below = mask.Value;
        }

        var shapes = ShapeList.Check(line.Shapes, image.Width, image.Height);
        if (!shapes.Succeeded)
            return shapes.Error;
        var annotation = ImageAnnotation.Of(image);
        annotation.Restore(below, line.UseBase, shapes.Value);
        var (label, type) = (image.Label, image.DefectType);
        var (defect, ignore) = await pictures.DrawAsync(image, annotation, ct);
        annotation.Draw(image, defect, ignore, task.Transfer.MadeBy, time.GetUtcNow());
        // What it is said to be stands in the list of images, which was read before.
        var classified = image.Classify(image.Split, label, type);
        if (!classified.Succeeded)
            return classified;
        context.Annotations.Add(annotation);
        await context.SaveChangesAsync(ct);
        return Result.Ok;
    }

    private async Task<Result> TakeRegionAsync(ZipInput zip, string root, TransferTask task, ProjectId project, CancellationToken ct)
    {
        await using var file = task.NewFile();
        var unpacked = await zip.UnpackAsync(root + ArchiveFiles.Ignore, file, MaxRegionBytes, ct);
        if (!unpacked.Succeeded)
            return unpacked;
        ArchiveIgnore? archive;
        try
        {
            archive = await JsonSerializer.DeserializeAsync<ArchiveIgnore>(file, ArchiveFiles.Whole, ct);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return new UnreadableList(ArchiveFiles.Ignore, e.Message);
        }

        if (archive is not { Width: > 0 and <= ImageIngest.ViewSide, Height: > 0 and <= ImageIngest.ViewSide })
            return new UnreadableList(ArchiveFiles.Ignore, "it has no possible size");
        var shapes = ShapeList.Check(archive.Shapes, archive.Width, archive.Height);
        if (!shapes.Succeeded)
            return shapes.Error;
        var mask = await pictures.DrawAsync(task.Tenant, archive.Width, archive.Height, shapes.Value, ct);
        await using var context = db.ForTenant(task.Tenant);
        if (await RescoreRequests.FindAsync(context, project, ct) is not { Shapes.Count: 0 } region)
            return Result.Ok; // by an earlier attempt
        // The results of the backup come with the scores that this region gave; looking them through finds nothing to do.
        region.Draw(archive.Width, archive.Height, shapes.Value, mask, 0, task.Transfer.MadeBy, time.GetUtcNow());
        await context.SaveChangesAsync(ct);
        return Result.Ok;
    }
}
