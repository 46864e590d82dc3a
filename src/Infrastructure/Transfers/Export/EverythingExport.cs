using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Transfers.Export;

/// <summary>
/// A backup: the images in the MVTec layout, models with their bundles, and what each model and people say of each image. Losses and logs of
/// runs are left out, and images of other projects that a run learned from.
/// </summary>
internal sealed class EverythingExport : IExportWriter
{
    public ExportFormat Format => ExportFormat.Everything;

    public async Task<TransferCounts> WriteAsync(ExportSource source, TransferTask task, Stream target, CancellationToken ct)
    {
        await using var scratch = task.NewFile();
        using var zip = new ZipOutput(target, scratch);
        var models = await source.ModelsAsync(ct);
        var total = await source.CountImagesAsync(ct) + (await source.CountResultsAsync(ct) * (source.Choice.Maps ? 2L : 1L));
        var counts = await DatasetExport.AddImagesAsync(source, task, zip, total, ct);

        counts = counts with { Files = counts.Files + await MarksExport.AddAsync(source, task, zip, ct) };
        var described = new List<ArchiveModel>();
        foreach (var model in models)
            described.Add(await AddModelAsync(source, model, zip, ct));
        counts = counts with { Models = models.Count, Files = counts.Files + models.Count };
        counts = await AddResultsAsync(source, task, models, zip, counts, total, ct);
        counts = counts with { Files = counts.Files + await ReviewsExport.AddAsync(source, task, models, zip, ct) };
        if (source.Choice.Maps)
            counts = await AddMapsAsync(source, task, models, zip, counts, total, ct);
        var project = source.Project;
        await zip.AddAsync(
            ArchiveFiles.Project,
            new ArchiveProject(
                ArchiveProject.CurrentFormat, project.Name, project.Description, project.IsSample, project.LastModelVersion, described, project.LineCosts,
                models.FirstOrDefault(m => m.Id == project.PublishedModelId)?.Version, project.SecondReviewShare, project.SecondReviewUncertain, project.ApprovalNeeded),
            ct);
        counts = counts with { Files = counts.Files + 1 };
        await zip.FinishAsync(Format, project.Name, counts, ct);
        return counts;
    }

    private static async Task<ArchiveModel> AddModelAsync(ExportSource source, TrainedModel model, ZipOutput zip, CancellationToken ct)
    {
        var path = ArchiveFiles.Bundle(model.Version);
        await using (var bundle = await source.OpenAsync(model.Bundle, $"model v{model.Version}", ct))
            await zip.AddAsync(path, bundle, isText: false, ct);
        var lines = await LinesAsync(source, model, ct);
        var (run, shots, scores) = await source.ReadAsync(async context =>
        {
            var run = await context.Runs.AsNoTracking().FirstAsync(r => r.Id == model.RunId, ct);
            var support = run.Snapshot.Support.ToList();
            var there = await context.Images.AsNoTracking()
                .Where(i => i.ProjectId == model.ProjectId && support.Contains(i.Id))
                .Select(i => new { i.Id, i.Sha256 })
                .ToDictionaryAsync(i => i.Id, i => i.Sha256, ct);
            var listed = support.Select((id, i) => (Id: id, Score: model.ShotScores?[i])).Where(shot => there.ContainsKey(shot.Id)).ToList();
            return (run, listed.Select(shot => there[shot.Id]).ToList(), listed.Select(shot => shot.Score).OfType<double>().ToList());
        });
        var history = new RunHistory(run.QueuedAt, run.StartedAt, run.EndedAt, run.Device, run.CodeVersion, run.LibraryVersions);
        return new ArchiveModel(
            model.Id.Value, model.Version, path, model.Bundle.Sha256, model.BundleBytes, model.DataHash, model.Calibration, model.CreatedAt,
            new ArchiveRun(run.Number, run.Recipe, shots, history), model.Metrics, model.ShotScores is null ? null : scores,
            lines is null ? null : model.Fitted, lines);
    }

    /// <summary>From the second on: the first is what training fitted.</summary>
    private static Task<IReadOnlyList<ArchiveLine>?> LinesAsync(ExportSource source, TrainedModel model, CancellationToken ct) => source.ReadAsync(async context =>
    {
        var versions = await context.LineVersions.AsNoTracking().Where(v => v.ModelId == model.Id).OrderBy(v => v.Number).ToListAsync(ct);
        if (versions.Count == 0)
            return null;
        var ids = versions.SelectMany(v => v.Flips.Labelled).Select(flip => new ImageId(flip.Image)).Distinct().ToList();
        var there = await context.Images.AsNoTracking()
            .Where(i => i.ProjectId == model.ProjectId && ids.Contains(i.Id))
            .Select(i => new { i.Id, i.Sha256 })
            .ToDictionaryAsync(i => i.Id.Value, i => i.Sha256, ct);
        IReadOnlyList<ArchiveLine>? lines =
        [
            .. versions.Select(v => new ArchiveLine(
                v.Number, v.CertainlyGood, v.CertainlyDefective, v.PixelThreshold, v.Reason, v.MadeByName, v.MadeAt, v.Restores, v.Flips.Counts,
                [.. v.Flips.Labelled.Where(f => there.ContainsKey(f.Image)).Select(f => new ArchiveFlip(there[f.Image], f.Name, f.Label, f.DefectType, f.Score, f.From, f.To))])),
        ];
        return lines;
    });

    private static async Task<TransferCounts> AddResultsAsync(
        ExportSource source, TransferTask task, IReadOnlyList<TrainedModel> models, ZipOutput zip, TransferCounts counts, long total, CancellationToken ct)
    {
        await using var list = task.NewFile();
        var done = 0;
        foreach (var model in models)
        {
            await foreach (var (image, result, _) in source.ResultsAsync(model, ct))
            {
                await list.WriteLineAsync(
                    new ArchiveResult(result.Id.Value, model.Version, image.Sha256, result.Score, result.ScoredAt, result.Map.Sha256, result.Heatmap.Sha256, result.FullScore, result.IgnoreMark), ct);
                await task.ReportAsync(counts.Images + ++done, total, ct);
            }
        }

        list.Position = 0;
        await zip.AddAsync(ArchiveFiles.Results, list, isText: true, ct);
        return counts with { Results = done, Files = counts.Files + 1 };
    }

    /// <summary>Maps that retention has removed are left out: their results stand without them here as in the portal.</summary>
    private static async Task<TransferCounts> AddMapsAsync(
        ExportSource source, TransferTask task, IReadOnlyList<TrainedModel> models, ZipOutput zip, TransferCounts counts, long total, CancellationToken ct)
    {
        // A hundred thousand results have a few megabytes of these; the same content is written once.
        var added = new HashSet<string>(StringComparer.Ordinal);
        var done = 0;
        foreach (var model in models)
        {
            await foreach (var (_, result, _) in source.ResultsAsync(model, ct))
            {
                await AddAsync(ArchiveFiles.Map(result.Map.Sha256), result.Map);
                await AddAsync(ArchiveFiles.Heatmap(result.Heatmap.Sha256), result.Heatmap);
                await task.ReportAsync(counts.Images + counts.Results + ++done, total, ct);
            }
        }

        return counts with { Maps = added.Count, Files = counts.Files + added.Count };

        async Task AddAsync(string path, BlobKey key)
        {
            if (added.Contains(path) || await source.TryOpenAsync(key, ct) is not { } content)
                return;
            await using (content)
                await zip.AddAsync(path, content, isText: false, ct);
            added.Add(path);
        }
    }
}
