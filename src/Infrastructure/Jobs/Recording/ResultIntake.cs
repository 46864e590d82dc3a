using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs.Worker;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Jobs.Recording;

/// <summary>A model whose bundle is a blob by now.</summary>
internal sealed record StoredModel(BlobKey Bundle, long Bytes, WorkerMessage.ModelWritten Message);

/// <summary>A scored image whose map and heatmap are blobs by now.</summary>
internal sealed record StoredScore(ImageId Image, double Score, BlobKey Map, BlobKey Heatmap, IgnoredScore? Ignored);

/// <summary>What a batch of messages says about results.</summary>
internal sealed class ResultBatch
{
    public StoredModel? Model { get; set; }

    public EvaluationMetrics? Metrics { get; set; }

    /// <summary>By image: the last word counts.</summary>
    public Dictionary<ImageId, StoredScore> Scores { get; } = [];

    public bool IsEmpty => Model is null && Metrics is null && Scores.Count == 0;

    public void Add(StoredScore score) => Scores[score.Image] = score;
}

/// <summary>
/// Takes a worker's files into blobs, then makes rows of them. Blobs first: a row never points to nothing, and a blob whose row
/// was never written is swept.
/// </summary>
internal sealed class ResultIntake(IBlobStore blobs)
{
    public async Task<StoredModel> StoreAsync(TenantId tenant, WorkerMessage.ModelWritten written, WorkDirectory work, CancellationToken ct)
    {
        var path = work.Resolve(written.Path);
        var key = await PutAsync(tenant, BlobKind.Model, path, ct);
        return new StoredModel(key, new FileInfo(path).Length, written);
    }

    public async Task<StoredScore> StoreAsync(TenantId tenant, WorkerMessage.ImageScored scored, WorkDirectory work, CancellationToken ct)
    {
        if (!Guid.TryParse(scored.ImageId, out var image))
            throw new InvalidDataException($"The training process scored “{scored.ImageId}”, which is no image of this run.");
        var map = await PutAsync(tenant, BlobKind.Map, work.Resolve(scored.MapPath), ct);
        var heatmap = await PutAsync(tenant, BlobKind.Heatmap, work.Resolve(scored.HeatmapPath), ct);
        var ignored = scored is { IgnoreMark: { } mark, FullScore: { } full } ? new IgnoredScore(mark, full) : null;
        return new StoredScore(new ImageId(image), scored.Score, map, heatmap, ignored);
    }

    /// <summary>Repeatable: a run has one model, and a model one result per image.</summary>
    public static async Task ApplyAsync(PortalDbContext context, TrainingRun run, ResultBatch batch, DateTimeOffset now, CancellationToken ct)
    {
        if (batch.IsEmpty)
            return;
        if (run.StudyId is not null)
        {
            run.Measure(batch.Metrics ?? throw new InvalidOperationException("A run of a study has no results but its figures."));
            return;
        }

        if (run.TrainsRegistration is { } trained)
        {
            // The figures are of no test image: there is none.
            if (batch.Model is { } file && await context.Registrations.FirstOrDefaultAsync(r => r.Id == trained, ct) is { } registration)
                registration.Trained(file.Bundle, file.Bytes, ModelOrigin.Of(run, file.Message.CodeVersion, file.Message.LibraryVersions));
            return;
        }

        var model = await context.Models.FirstOrDefaultAsync(m => m.RunId == run.Id, ct);
        if (batch.Model is { } stored)
        {
            var (hash, calibration, shots) = (stored.Message.DataHash, stored.Message.Calibration, ShotScores(stored.Message, run));
            var origin = ModelOrigin.Of(run, stored.Message.CodeVersion, stored.Message.LibraryVersions);
            if (model is null)
            {
                var project = await context.Projects.FirstAsync(p => p.Id == run.ProjectId, ct);
                model = TrainedModel.Create(run, project.TakeModelVersion(), stored.Bundle, stored.Bytes, hash, calibration, now, shots, origin);
                context.Models.Add(model);
            }
            else
            {
                model.Rewrite(stored.Bundle, stored.Bytes, hash, calibration, shots, origin);
            }
        }

        if (model is null)
            throw new InvalidDataException("The training process sent results before a model.");
        if (batch.Metrics is { } metrics)
            model.Measure(metrics);
        await ApplyScoresAsync(context, model, batch.Scores, now, ct);
    }

    /// <summary>Scores that are not one number for each shot say nothing about any.</summary>
    private static IReadOnlyList<double>? ShotScores(WorkerMessage.ModelWritten written, TrainingRun run) =>
        written.ShotScores is { } scores && scores.Count == run.Snapshot.Support.Count && scores.All(double.IsFinite) ? scores : null;

    private static async Task ApplyScoresAsync(
        PortalDbContext context, TrainedModel model, Dictionary<ImageId, StoredScore> scores, DateTimeOffset now, CancellationToken ct)
    {
        if (scores.Count == 0)
            return;
        var ids = scores.Keys.ToList();
        var images = await context.Images.AsNoTracking().Where(i => ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id, ct);
        var known = await context.Results.Where(r => r.ModelId == model.Id && ids.Contains(r.ImageId)).ToDictionaryAsync(r => r.ImageId, ct);
        foreach (var score in scores.Values)
        {
            if (known.TryGetValue(score.Image, out var row))
                row.Rescore(score.Score, score.Map, score.Heatmap, now, score.Ignored);
            else if (images.TryGetValue(score.Image, out var image))
                context.Results.Add(ScoredImage.Create(model, image, score.Score, score.Map, score.Heatmap, now, score.Ignored));
            // An image that was deleted while it was scored has no place for a result.
        }
    }

    private async Task<BlobKey> PutAsync(TenantId tenant, BlobKind kind, string path, CancellationToken ct)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        return await blobs.PutAsync(tenant, kind, file, ct);
    }
}
