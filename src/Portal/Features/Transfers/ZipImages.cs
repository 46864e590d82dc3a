using System.Security.Cryptography;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Transfers;
using FewShotAD.Imaging;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>
/// Takes the pictures of a zip into a project, through the door that uploads use. Where the zip has our own list, that says what
/// each one is; elsewhere its path does. Done again after a crash, it finds what it has added and goes on.
/// </summary>
public sealed class ZipImages(PortalDb db, UploadImage upload, ImageIngest ingest)
{
    private static long MaxBytes => DecodeLimits.Default.MaxBytes;

    /// <param name="total">Of the whole work, for its progress.</param>
    internal async Task<Result> TakeAsync(
        ZipInput zip, TransferTask task, ProjectId project, ImportReport report, long total, CancellationToken ct)
    {
        var work = new Taking(zip, task, project, report, total);
        foreach (var refused in zip.Refused)
            await report.RejectedAsync(refused.Path, refused.Reason, ct);
        return ZipRoot.Find(zip, ArchiveFiles.Images) is { } root
            ? await TakeListedAsync(work, root, ct)
            : await TakeByPathAsync(work, ct);
    }

    private async Task<Result> TakeListedAsync(Taking work, string root, CancellationToken ct)
    {
        var list = await ZipRoot.OpenListAsync<ArchiveImage>(work.Zip, root + ArchiveFiles.Images, work.Task, ct);
        if (!list.Succeeded)
            return list.Error;
        await using var lines = list.Value;
        foreach (var line in lines.Read())
        {
            var taken = await TakeAsync(work, root + line.File, line, ct);
            if (!taken.Succeeded)
                return taken.Error;
            if (line.Mask is { } mask && taken.Value is { } image)
                await AttachAsync(work, root + mask, image, line, ct);
            else if (taken.Value is { } plain)
                await ClassifyAsync(work, plain, line, ct);
        }

        return Result.Ok;
    }

    private async Task<Result> TakeByPathAsync(Taking work, CancellationToken ct)
    {
        // A mask finds its image in the project, so all images come first.
        foreach (var path in work.Zip.Paths.OrderBy(p => DatasetPath.Parse(p).IsMask))
        {
            if (DatasetPath.Parse(path).IsMask)
            {
                await MaskByPathAsync(work, path, ct);
                continue;
            }

            var taken = await TakeAsync(work, path, null, ct);
            if (!taken.Succeeded)
                return taken.Error;
        }

        return Result.Ok;
    }

    /// <returns>The image that is now the project's by this import; null when it is not by this import, which the report says.</returns>
    private async Task<Result<ImageId?>> TakeAsync(Taking work, string path, ArchiveImage? line, CancellationToken ct)
    {
        await work.AdvanceAsync(ct);
        await using var content = work.Task.NewFile();
        var unpacked = await work.Zip.UnpackAsync(path, content, MaxBytes, ct);
        if (!unpacked.Succeeded)
            return await RejectAsync(work, path, unpacked.Error.Message, ct);
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct));
        if (line is not null && line.Sha256 != sha256)
            return await RejectAsync(work, path, "Its content is not the one that the list of the zip names.", ct);
        var isFirst = work.Seen.Add(sha256);
        if (await FindAsync(work, sha256, ct) is { } there)
            return await KnownAsync(work, path, there, isFirst, ct);

        var request = new UploadImage.Request(work.Project, content, line?.Name ?? path, ImageSplit.Unassigned, ImageLabel.Unknown);
        var added = await upload.HandleAsync(work.Actor, request, ct);
        if (added.Succeeded)
        {
            await work.Report.AddedAsync(path, added.Value.Image, ct);
            return added.Value.Image;
        }

        if (added.Error is ProjectNotFound)
            return added.Error;
        if (added.Error is not DuplicateImage)
            return await RejectAsync(work, path, added.Error.Message, ct);
        await work.Report.DuplicateAsync(path, null, added.Error.Message, ct);
        return Result<ImageId?>.Ok(null);
    }

    /// <summary>Added by an earlier attempt at this very import, or there before it.</summary>
    private static async Task<Result<ImageId?>> KnownAsync(Taking work, string path, InspectionImage there, bool isFirst, CancellationToken ct)
    {
        var transfer = work.Task.Transfer;
        if (isFirst && transfer.Attempt > 1 && there.UploadedBy == transfer.MadeBy && there.UploadedAt >= transfer.StartedAt)
        {
            await work.Report.AddedAsync(path, there.Id, ct);
            return there.Id;
        }

        await work.Report.DuplicateAsync(path, there.Id, $"The project has this picture already, as “{there.Name}”.", ct);
        return Result<ImageId?>.Ok(null);
    }

    private async Task MaskByPathAsync(Taking work, string path, CancellationToken ct)
    {
        await work.AdvanceAsync(ct);
        await using var content = work.Task.NewFile();
        var unpacked = await work.Zip.UnpackAsync(path, content, MaxBytes, ct);
        if (!unpacked.Succeeded)
        {
            await work.Report.RejectedAsync(path, unpacked.Error.Message, ct);
            return;
        }

        var attached = await upload.HandleAsync(work.Actor, new(work.Project, content, path, ImageSplit.Unassigned, ImageLabel.Unknown), ct);
        if (attached.Succeeded)
            await work.Report.MaskAsync(path, attached.Value.Image, ct);
        else
            await work.Report.RejectedAsync(path, attached.Error.Message, ct);
    }

    private async Task AttachAsync(Taking work, string path, ImageId id, ArchiveImage line, CancellationToken ct)
    {
        await work.AdvanceAsync(ct);
        await using var content = work.Task.NewFile();
        var unpacked = await work.Zip.UnpackAsync(path, content, MaxBytes, ct);
        if (!unpacked.Succeeded)
        {
            await work.Report.RejectedAsync(path, unpacked.Error.Message, ct);
            await ClassifyAsync(work, id, line, ct);
            return;
        }

        await using var context = db.ForTenant(work.Task.Tenant);
        var image = await context.Images.FirstAsync(i => i.Id == id, ct);
        var mask = await ingest.PrepareMaskAsync(work.Task.Tenant, content, path, image, ct);
        if (mask.Succeeded)
        {
            // As a defective test image first: only such a one takes a mask. What it is by the list comes after.
            Must(image.Classify(ImageSplit.Test, ImageLabel.Defective));
            Must(image.AttachMask(mask.Value));
            await work.Report.MaskAsync(path, id, ct);
        }
        else
        {
            await work.Report.RejectedAsync(path, mask.Error.Message, ct);
        }

        await SettleAsync(work, context, image, line, ct);
    }

    private async Task ClassifyAsync(Taking work, ImageId id, ArchiveImage line, CancellationToken ct)
    {
        await using var context = db.ForTenant(work.Task.Tenant);
        await SettleAsync(work, context, await context.Images.FirstAsync(i => i.Id == id, ct), line, ct);
    }

    private static async Task SettleAsync(Taking work, PortalDbContext context, InspectionImage image, ArchiveImage line, CancellationToken ct)
    {
        var settled = image.Classify(line.Split, line.Label, line.DefectType);
        if (!settled.Succeeded)
            await work.Report.RejectedAsync(line.File, settled.Error.Message, ct);
        await context.SaveChangesAsync(ct);
    }

    private async Task<InspectionImage?> FindAsync(Taking work, string sha256, CancellationToken ct)
    {
        await using var context = db.ForTenant(work.Task.Tenant);
        return await context.Images.AsNoTracking().FirstOrDefaultAsync(i => i.ProjectId == work.Project && i.Sha256 == sha256, ct);
    }

    private static async Task<Result<ImageId?>> RejectAsync(Taking work, string path, string reason, CancellationToken ct)
    {
        await work.Report.RejectedAsync(path, reason, ct);
        return Result<ImageId?>.Ok(null);
    }

    private static void Must(Result result)
    {
        if (!result.Succeeded)
            throw new InvalidOperationException(result.Error.Message);
    }

    /// <summary>One attempt at one zip.</summary>
    private sealed class Taking(ZipInput zip, TransferTask task, ProjectId project, ImportReport report, long total)
    {
        private long done;

        public ZipInput Zip => zip;

        public TransferTask Task => task;

        public ProjectId Project => project;

        public ImportReport Report => report;

        /// <summary>Contents that this attempt has met: of two equal pictures in a zip the second is a duplicate.</summary>
        public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);

        /// <summary>Who began the import; that this person may write was asked then.</summary>
        public Actor Actor { get; } = new(task.Tenant, task.Transfer.MadeBy, Domain.Tenancy.TeamRole.Engineer);

        public System.Threading.Tasks.Task AdvanceAsync(CancellationToken ct) => task.ReportAsync(++done, total, ct);
    }
}
