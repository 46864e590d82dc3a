using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>
/// The results of a backup, some hundred at a time. Maps that the backup left out are named all the same: they may be stored still,
/// and where they are not, the portal shows a result without a heatmap.
/// </summary>
public sealed class BackupResults(PortalDb db, IBlobStore blobs)
{
    /// <summary>Results written at a time.</summary>
    internal const int Portion = 200;

    private const long MaxMapBytes = 256L << 20;

    internal async Task<Result> TakeAsync(
        ZipInput zip, string root, JsonLines<ArchiveResult> lines, TransferTask task, ProjectId project, ImportReport report, CancellationToken ct)
    {
        var work = new Work(zip, root, task, project, report);
        foreach (var portion in lines.Read().Chunk(Portion))
        {
            await TakeAsync(work, portion, ct);
            await task.ReportAsync(zip.Paths.Count, zip.Paths.Count, ct);
        }

        return Result.Ok;
    }

    private async Task TakeAsync(Work work, ArchiveResult[] portion, CancellationToken ct)
    {
        await using var context = db.ForTenant(work.Task.Tenant);
        var hashes = portion.Select(r => r.Image).Distinct().ToList();
        var images = await context.Images.AsNoTracking()
            .Where(i => i.ProjectId == work.Project && hashes.Contains(i.Sha256))
            .ToDictionaryAsync(i => i.Sha256, ct);
        var versions = portion.Select(r => r.Model).Distinct().ToList();
        var models = await context.Models.AsNoTracking()
            .Where(m => m.ProjectId == work.Project && versions.Contains(m.Version))
            .ToDictionaryAsync(m => m.Version, ct);
        var (imageIds, modelIds) = (images.Values.Select(i => i.Id).ToList(), models.Values.Select(m => m.Id).ToList());
        var known = (await context.Results.AsNoTracking()
            .Where(r => modelIds.Contains(r.ModelId) && imageIds.Contains(r.ImageId))
            .Select(r => new { r.ModelId, r.ImageId })
            .ToListAsync(ct)).Select(r => (r.ModelId, r.ImageId)).ToHashSet();
        foreach (var line in portion)
        {
            var made = await MakeAsync(work, line, images, models, known, ct);
            if (made.Error is { } error)
                await work.Report.RejectedAsync($"result of {line.Image}", error.Message, ct);
            else if (made.Value is { } result)
                context.Results.Add(result);
            if (made.Succeeded)
                work.Report.Counts = work.Report.Counts with { Results = work.Report.Counts.Results + 1 };
        }

        await context.SaveChangesAsync(ct);
        // A region whose mask came out otherwise, or was rejected: these scores are taken again.
        await RescoreRequests.CheckAsync(db, work.Task.Tenant, work.Project, imageIds, ct);
    }

    /// <returns>Null for one that an earlier attempt has written.</returns>
    private async Task<Result<ScoredImage?>> MakeAsync(
        Work work, ArchiveResult line, Dictionary<string, InspectionImage> images, Dictionary<int, TrainedModel> models,
        HashSet<(ModelId, ImageId)> known, CancellationToken ct)
    {
        if (!images.TryGetValue(line.Image, out var image) || !models.TryGetValue(line.Model, out var model))
            return new ResultOfNothing();
        if (!double.IsFinite(line.Score) || line.FullScore is { } whole && !double.IsFinite(whole) || line.IgnoreMark?.Length > IgnoreMark.MaxLength || !IsHash(line.Map) || !IsHash(line.Heatmap))
            return new UnreadableList(ArchiveFiles.Results, "a score or a hash is impossible");
        if (!known.Add((model.Id, image.Id)))
            return Result<ScoredImage?>.Ok(null);
        var map = await StoreAsync(work, BlobKind.Map, ArchiveFiles.Map(line.Map), line.Map, ct);
        var heatmap = await StoreAsync(work, BlobKind.Heatmap, ArchiveFiles.Heatmap(line.Heatmap), line.Heatmap, ct);
        var made = ScoredImage.Create(model, image, line.Score, map, heatmap, line.ScoredAt, line is { IgnoreMark: { } mark, FullScore: { } full } ? new IgnoredScore(mark, full) : null);
        made.TakeHappenings(); // it was told when it happened
        return made;
    }

    private async Task<BlobKey> StoreAsync(Work work, BlobKind kind, string path, string sha256, CancellationToken ct)
    {
        var key = BlobKey.For(work.Task.Tenant, kind, sha256);
        if (!work.Zip.Has(work.Root + path) || !work.Stored.Add(path))
            return key;
        await using var file = work.Task.NewFile();
        var unpacked = await work.Zip.UnpackAsync(work.Root + path, file, MaxMapBytes, ct);
        if (!unpacked.Succeeded)
            await work.Report.RejectedAsync(path, unpacked.Error.Message, ct);
        else if (await blobs.PutAsync(work.Task.Tenant, kind, file, ct) != key)
            await work.Report.RejectedAsync(path, "Its content is not the one that its name says.", ct);
        else
            work.Report.Counts = work.Report.Counts with { Maps = work.Report.Counts.Maps + 1 };
        return key;
    }

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private sealed record Work(ZipInput Zip, string Root, TransferTask Task, ProjectId Project, ImportReport Report)
    {
        /// <summary>Equal maps are unpacked once.</summary>
        public HashSet<string> Stored { get; } = new(StringComparer.Ordinal);
    }
}

public sealed record ResultOfNothing()
    : Error(ErrorKind.Invalid, "restore.result", "Its image or its model is not in the backup, or was rejected.");
