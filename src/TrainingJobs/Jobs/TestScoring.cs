using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Tensors;
using static FewShotAD.Domain.Training.WorkerMessage;

namespace FewShotAD.TrainingJobs.Jobs;

/// <summary>Scores the test images of a job and measures the model on those with labels.</summary>
public sealed class TestScoring(
    JobManifest manifest, ReadyModel ready, Compute compute, JobProgress progress, Action<WorkerMessage> report)
{
    private readonly TestEvaluation evaluation = new(text => report(Warning(text)));

    public void Run(CancellationToken ct)
    {
        progress.Begin(RunPhase.Scoring);
        var side = ready.Manifest.Recipe.ImageSize;
        var files = new ScoreFiles(manifest.WorkDirectory, ready.Manifest.Calibration);
        var scorer = new ImageScorer(ready.Model, compute.Device);
        foreach (var chunk in manifest.Test.Chunk(ImageScorer.BatchSize))
        {
            ct.ThrowIfCancellationRequested();
            var fresh = new List<(JobImage Image, PixelImage Pixels)>();
            foreach (var image in chunk)
            {
                var (map, heatmap) = ScoreFiles.PathsFor(image.Id);
                if (manifest.KeepMaps && files.TryRead(map, heatmap, side, ready.Model.ScoreWindow) is { } before)
                    Tell(image, before, ct);
                else if (TryRead(image, side, ct) is { } pixels)
                    fresh.Add((image, pixels));
            }

            if (fresh.Count > 0)
                Score(scorer, files, fresh, ct);
            progress.Skip(chunk.Length - fresh.Count);
            progress.Advance(fresh.Count);
        }

        report(new Evaluated(evaluation.Metrics()));
    }

    private void Score(ImageScorer scorer, ScoreFiles files, List<(JobImage Image, PixelImage Pixels)> images, CancellationToken ct)
    {
        var maps = scorer.Score([.. images.Select(image => image.Pixels)]);
        foreach (var ((image, _), scored) in images.Zip(maps))
        {
            if (manifest.KeepMaps)
            {
                var (map, heatmap) = ScoreFiles.PathsFor(image.Id);
                files.Write(scored, map, heatmap);
            }

            Tell(image, scored, ct);
        }
    }

    /// <summary>The map is written whole; only what is said of it leaves ignored pixels out.</summary>
    private void Tell(JobImage image, ScoredMap whole, CancellationToken ct)
    {
        var scored = whole.Without(ImageReader.ReadIgnored(image, whole.Side, text => report(Warning(text)), ct), ready.Model.ScoreWindow);
        evaluation.Add(image, scored, ct);
        if (!manifest.KeepMaps)
            return;
        var (map, heatmap) = ScoreFiles.PathsFor(image.Id);
        report(new ImageScored(image.Id, scored.Score, map, heatmap, scored.FullScore, scored.Ignored is null ? null : image.Ignore?.Mark));
    }

    private static LogWritten Warning(string text) => new(LogSeverity.Warning, text);

    private PixelImage? TryRead(JobImage image, int side, CancellationToken ct)
    {
        var read = ImageReader.Read(image.Path, side, ct);
        if (read.Succeeded)
            return read.Value;
        report(Warning($"{image.Id} was not scored. {read.Error.Message}"));
        return null;
    }
}
