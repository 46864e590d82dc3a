using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Models;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Training;
using FewShotAD.TrainingJobs.Weights;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Benchmark;

/// <summary>
/// One training and the cells that it serves. RegAD learns from every category but the one it will inspect, UniAD from K shots of all;
/// with a single category RegAD makes pairs of its shots.
/// </summary>
/// <param name="checkpointFolder">Where a training that is stopped lies until it goes on.</param>
public sealed class UnitRun(
    BenchmarkDataset data, ImageCache images, WeightStore weights, string checkpointFolder, Compute compute, BenchmarkProgress progress,
    TimeProvider clock, Action<string> warn)
{
    private readonly CellScoring scoring = new(images, compute, progress, clock, warn);

    /// <param name="write">Gets every row as soon as it is there.</param>
    public Result Run(BenchmarkUnit unit, Action<BenchmarkRow> write, CancellationToken ct)
    {
        var recipe = unit.Recipe;
        var training = Read(unit, ct);
        if (!training.Succeeded)
            return training.Error;
        var created = MethodCatalog.ForTraining(recipe, training.Value, weights, compute.Device, ct);
        if (!created.Succeeded)
            return created.Error;
        using var method = created.Value;
        using var task = method.CreateTask();
        using var looks = new FeatureLooks(task);
        var begun = clock.GetTimestamp();
        var trained = Train(task, recipe, training.Value.Fingerprint, Describe(unit), ct);
        if (!trained.Succeeded)
            return trained.Error;
        var seconds = clock.GetElapsedTime(begun).TotalSeconds;
        var look = looks.Compare();
        var losses = trained.Value is { } last ? new FinalLosses(last.Task, last.Discriminator, last.Adversarial, last.Accuracy) : null;
        foreach (var cell in unit.Cells)
        {
            var category = data.Categories.Single(category => category.Name == cell.Category);
            var scored = scoring.Run(method, cell, recipe, category, ct);
            if (!scored.Succeeded)
                return scored.Error;
            write(scored.Value with
            {
                Losses = losses, Look = look, Seconds = scored.Value.Seconds with { Train = seconds }, Code = BuildInfo.CodeVersion,
            });
        }

        if (Directory.Exists(checkpointFolder))
            Directory.Delete(checkpointFolder, recursive: true);
        return Result.Ok;
    }

    private Result<StepLosses?> Train(ITrainingTask? task, TrainingRecipe recipe, string fingerprint, string what, CancellationToken ct)
    {
        if (task is null)
            return Result<StepLosses?>.Ok(null);
        var checkpoints = new CheckpointStore(checkpointFolder, fingerprint);
        var checkpoint = checkpoints.Read(_ => { });
        var restored = checkpoint is not null && checkpoints.TryRestore(checkpoint, task, warn) ? checkpoint : null;
        var cost = WorkGuess.TrainingStep(recipe);
        progress.Skip((restored?.Epoch ?? 0) * recipe.StepsPerEpoch * cost);
        return new Trainer(recipe, checkpoints).Run(task, restored, message =>
        {
            if (message is WorkerMessage.StepDone)
                progress.Advance(cost, what);
        }, ct);
    }

    private Result<TrainingData> Read(BenchmarkUnit unit, CancellationToken ct)
    {
        var (recipe, first) = (unit.Recipe, unit.Cells[0]);
        var unified = recipe.Method == DetectionMethod.UniAd;
        // A unified model is the same whichever of its categories are still to be scored.
        var own = unified ? data.Categories[0].Name : first.Category;
        var shots = Array.Empty<PixelImage>() as IReadOnlyList<PixelImage>;
        var others = new List<IReadOnlyList<PixelImage>>();
        foreach (var category in data.Categories)
        {
            if (recipe.Method == DetectionMethod.PatchCore && category.Name != own)
                continue;
            var chosen = unified || category.Name == own
                ? BenchmarkDataset.Draw(category, recipe.Shots, recipe.Seed)
                : TrainingData.Evenly(category.Normal);
            var read = images.Read(chosen, ct);
            if (!read.Succeeded)
                return Result<TrainingData>.Fail(read.Error);
            if (category.Name == own)
                shots = read.Value;
            else
                others.Add(read.Value);
        }

        var identity = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{data.Hash}\n{own}\n{JsonSerializer.Serialize(recipe, WorkerProtocol.Json)}")));
        return new TrainingData(shots, others, data.Hash, identity);
    }

    private static string Describe(BenchmarkUnit unit) =>
        unit.Cells[0] is var cell && unit.Recipe.Method == DetectionMethod.UniAd
            ? $"{cell.Method} {cell.Arm}, all categories, K {cell.Shots}, seed {cell.Seed}"
            : $"{cell.Method} {cell.Arm}, {cell.Category}, K {cell.Shots}, seed {cell.Seed}";
}
