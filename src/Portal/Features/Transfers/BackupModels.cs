using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;
using FewShotAD.Portal.Features.Registrations;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>The models and results of a backup. A model comes with a run that is over, since a model is always some run's.</summary>
public sealed class BackupModels(PortalDb db, IBlobStore blobs, BackupResults results, TimeProvider time)
{
    private const long MaxBundleBytes = 4L << 30;

    internal async Task<Result> TakeAsync(
        ZipInput zip, string root, ArchiveProject archive, TransferTask task, ProjectId project, ImportReport report, CancellationToken ct)
    {
        if (Check(archive) is { } error)
            return error;
        var list = await ZipRoot.OpenListAsync<ArchiveResult>(zip, root + ArchiveFiles.Results, task, ct);
        if (!list.Succeeded)
            return list.Error;
        await using var lines = list.Value;
        foreach (var model in archive.Models.OrderBy(m => m.Version))
        {
            var taken = await TakeAsync(zip, root, model, lines, task, project, ct);
            if (!taken.Succeeded)
                return taken;
            report.Counts = report.Counts with { Models = report.Counts.Models + 1 };
        }

        return await results.TakeAsync(zip, root, lines, task, project, report, ct);
    }

    private static UnreadableList? Check(ArchiveProject archive)
    {
        if (archive.Models.Any(m => m.Version < 1 || m.DataHash.Length != 64 || !IsFinite(m.Calibration) || (m.Fitted is not null && !IsFinite(m.Fitted))))
            return new UnreadableList(ArchiveFiles.Project, "a model has no possible version, hash or line");
        if (archive.Models.Select(m => m.Version).Distinct().Count() != archive.Models.Count
            || archive.Models.Select(m => m.Run.Number).Distinct().Count() != archive.Models.Count)
            return new UnreadableList(ArchiveFiles.Project, "two models have one version or run");
        return null;
    }

    private static bool IsFinite(Calibration line) =>
        double.IsFinite(line.CertainlyGood) && double.IsFinite(line.CertainlyDefective) && double.IsFinite(line.NormalScore)
        && double.IsFinite(line.NormalPixel) && double.IsFinite(line.PixelThreshold);

    private async Task<Result> TakeAsync(
        ZipInput zip, string root, ArchiveModel model, JsonLines<ArchiveResult> lines, TransferTask task, ProjectId project, CancellationToken ct)
    {
        await using var context = db.ForTenant(task.Tenant);
        if (await context.Models.AnyAsync(m => m.ProjectId == project && m.Version == model.Version, ct))
            return Result.Ok; // by an earlier attempt
        await using var file = task.NewFile();
        var unpacked = await zip.UnpackAsync(root + model.Bundle, file, MaxBundleBytes, ct);
        if (!unpacked.Succeeded)
            return unpacked;
        var bundle = await blobs.PutAsync(task.Tenant, BlobKind.Model, file, ct);
        if (bundle.Sha256 != model.BundleSha256)
            return new ZipEntryDamaged(model.Bundle);

        var owner = await context.Projects.FirstAsync(p => p.Id == project, ct);
        var snapshot = new DataSnapshot(
            await ImagesAsync(context, project, model.Run.Support, ct), [], await TestOfAsync(context, project, model.Version, lines, ct));
        var run = TrainingRun.Restore(owner, model.Run.Number, model.Run.Recipe, snapshot, model.Run.History, task.Transfer.MadeBy, time.GetUtcNow());
        if (!run.Succeeded)
            return run.Error;
        var made = TrainedModel.Create(run.Value, model.Version, bundle, file.Length, model.DataHash, model.Fitted ?? model.Calibration, model.CreatedAt, ShotScores(model, snapshot));
        if (model.Metrics is { } metrics)
            made.Measure(metrics);
        var moves = await BackupLines.OfAsync(context, project, made, model.Lines ?? [], ct);
        if (!moves.Succeeded)
            return moves.Error;
        await UsedRegistrations.HoldAsync(context, model.Run.Recipe, ct);
        owner.KeepVersions(model.Version);
        context.Runs.Add(run.Value);
        context.Models.Add(made);
        context.LineVersions.AddRange(moves.Value);
        await context.SaveChangesAsync(ct);
        return Result.Ok;
    }

    /// <summary>Only whole: without one of the shots nobody knows which score is whose.</summary>
    private static IReadOnlyList<double>? ShotScores(ArchiveModel model, DataSnapshot snapshot) =>
        model.ShotScores is { } scores && scores.Count == model.Run.Support.Count && snapshot.Support.Count == scores.Count && scores.All(double.IsFinite) ? scores : null;

    /// <summary>The images that the model has scored: the run's test images, as far as a backup knows them.</summary>
    private static async Task<List<ImageId>> TestOfAsync(
        PortalDbContext context, ProjectId project, int version, JsonLines<ArchiveResult> lines, CancellationToken ct)
    {
        var found = new List<ImageId>();
        foreach (var portion in lines.Read().Where(line => line.Model == version).Select(line => line.Image).Chunk(BackupResults.Portion))
            found.AddRange(await ImagesAsync(context, project, portion, ct));
        return found;
    }

    /// <summary>In the order of the hashes; those that the project does not have are left out.</summary>
    private static async Task<List<ImageId>> ImagesAsync(PortalDbContext context, ProjectId project, IReadOnlyList<string> hashes, CancellationToken ct)
    {
        var found = await context.Images.AsNoTracking()
            .Where(i => i.ProjectId == project && hashes.Contains(i.Sha256))
            .Select(i => new { i.Sha256, i.Id })
            .ToDictionaryAsync(i => i.Sha256, i => i.Id, ct);
        return [.. hashes.Where(found.ContainsKey).Select(hash => found[hash])];
    }
}
