using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Models;
using FewShotAD.TrainingJobs.Scoring;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Training;
using FewShotAD.TrainingJobs.Weights;
using static FewShotAD.Domain.Training.WorkerMessage;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Jobs;

/// <summary>From training data to a bundle: train (or go on training), describe the support, calibrate, write.</summary>
public sealed class ModelMaker(JobManifest manifest, TrainingData data, Compute compute, JobProgress progress, Action<WorkerMessage> report)
{
    private readonly TrainingRecipe recipe = manifest.Recipe;

    /// <param name="checkpoints">Null trains without checkpoints.</param>
    /// <param name="checkpoint">Where to go on; null starts fresh.</param>
    /// <returns>The model, ready to score: the same bits as one that is loaded from the bundle. The caller owns it.</returns>
    public Result<ReadyModel> Make(
        string bundlePath, WeightStore weights, CheckpointStore? checkpoints, Checkpoint? checkpoint, CancellationToken ct)
    {
        var created = recipe.Registration is null
            ? MethodCatalog.ForTraining(recipe, data, weights, compute.Device, ct)
            : RegistrationNetwork.Load(manifest, compute.Device, Warn, ct);
        if (!created.Succeeded)
            return Result<ReadyModel>.Fail(created.Error);
        var method = created.Value;
        try
        {
            return Make(method, bundlePath, checkpoints, checkpoint, ct);
        }
        catch
        {
            method.Dispose();
            throw;
        }
    }

    private Result<ReadyModel> Make(
        IAnomalyMethod method, string bundlePath, CheckpointStore? checkpoints, Checkpoint? checkpoint, CancellationToken ct)
    {
        var trained = Train(method, checkpoints, checkpoint, ct);
        if (!trained.Succeeded)
        {
            method.Dispose();
            return Result<ReadyModel>.Fail(trained.Error);
        }

        using var scope = NewDisposeScope();
        var shots = PixelImage.Batch(data.Shots, compute.Device); // (K,3,S,S)
        progress.Begin(RunPhase.Fitting);
        using var support = method.Describe(shots, ct);
        progress.Begin(RunPhase.Calibrating);
        var calibrated = new Calibrator(recipe.Seed, _ => progress.Advance()).Calibrate(support, shots, ct, data.Ignored);
        var bundle = new BundleManifest(
            BundleManifest.CurrentFormat, recipe, recipe.Seed, data.DataHash, data.Fingerprint, BuildInfo.CodeVersion,
            BuildInfo.LibraryVersions, calibrated.Calibration, calibrated.ShotScores, Final(trained.Value));
        ModelBundle.Write(bundlePath, bundle, ReadyModel.NamedWeights(method), data.Shots);
        return new ReadyModel(method, support.Fit(ct), bundle);
    }

    private static FinalLosses? Final(StepLosses? last) =>
        last is { } losses ? new FinalLosses(losses.Task, losses.Discriminator, losses.Adversarial, losses.Accuracy) : null;

    private Result<StepLosses?> Train(IAnomalyMethod method, CheckpointStore? checkpoints, Checkpoint? checkpoint, CancellationToken ct)
    {
        progress.Begin(RunPhase.Training);
        using var task = method.CreateTask();
        if (task is null)
            return Result<StepLosses?>.Ok(null);
        var restored = checkpoint is not null && checkpoints is not null && checkpoints.TryRestore(checkpoint, task, Warn) ? checkpoint : null;
        if (checkpoint is not null && restored is null)
            progress.StartOver();
        return new Trainer(recipe, checkpoints).Run(task, restored, Tell, ct);
    }

    private void Tell(WorkerMessage message)
    {
        report(message);
        if (message is StepDone)
            progress.Advance();
    }

    private void Warn(string text) => report(new LogWritten(LogSeverity.Warning, text));
}
