using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Models;
using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Benchmark;

/// <summary>Fits a trained method to the support shots of a cell and scores all of its test images.</summary>
public sealed class CellScoring(ImageCache images, Compute compute, BenchmarkProgress progress, TimeProvider clock, Action<string> warn)
{
    /// <returns>The row without what training has to say.</returns>
    public Result<BenchmarkRow> Run(
        IAnomalyMethod method, BenchmarkCell cell, TrainingRecipe recipe, BenchmarkCategory category, CancellationToken ct)
    {
        var what = $"{cell.Method} {cell.Arm}, {cell.Category}, K {cell.Shots}, seed {cell.Seed}";
        var support = BenchmarkDataset.Draw(category, cell.Shots, cell.Seed);
        var shots = images.Read(support, ct);
        if (!shots.Succeeded)
            return Result<BenchmarkRow>.Fail(shots.Error);
        using var scope = NewDisposeScope();
        var begun = clock.GetTimestamp();
        using var model = Fit(method, shots.Value, ct);
        var fit = clock.GetElapsedTime(begun).TotalSeconds;
        progress.Advance(WorkGuess.Fit(recipe), what);

        var evaluation = new TestEvaluation(warn);
        var scorer = new ImageScorer(model, compute.Device);
        var outcomes = new List<ImageOutcome>();
        var seconds = 0.0;
        foreach (var batch in category.Test.Chunk(ImageScorer.BatchSize))
        {
            var read = images.Read(batch.Select(test => test.Image), ct);
            if (!read.Succeeded)
                return Result<BenchmarkRow>.Fail(read.Error);
            begun = clock.GetTimestamp();
            var maps = scorer.Score(read.Value);
            seconds += clock.GetElapsedTime(begun).TotalSeconds;
            foreach (var (test, scored) in batch.Zip(maps))
            {
                evaluation.Add(test.Image, scored, ct);
                outcomes.Add(new ImageOutcome(test.Image.Id, test.Type, test.Image.Defective == true, scored.Score));
            }

            progress.Advance(batch.Length * WorkGuess.Score(recipe), what);
        }

        return new BenchmarkRow(
            cell, recipe, [.. support.Select(image => image.Id)], evaluation.Metrics(), null, new BenchmarkSeconds(0, fit, seconds), outcomes, null);
    }

    private IAnomalyModel Fit(IAnomalyMethod method, IReadOnlyList<PixelImage> shots, CancellationToken ct)
    {
        using var scope = NewDisposeScope();
        using var support = method.Describe(PixelImage.Batch(shots, compute.Device), ct);
        return support.Fit(ct);
    }
}
