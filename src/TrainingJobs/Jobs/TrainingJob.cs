using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Training;
using FewShotAD.TrainingJobs.Weights;
using static FewShotAD.Domain.Training.WorkerMessage;

namespace FewShotAD.TrainingJobs.Jobs;

/// <summary>
/// A whole run as the portal asks for it: model, scored test images, metrics. Everything that is already in the work directory and
/// belongs to this run is used instead of done again.
/// </summary>
public sealed class TrainingJob(JobManifest manifest, Action<WorkerMessage> report, TimeProvider clock)
{
    private readonly JobProgress progress = new(report, clock);

    /// <summary>Where the backbones' weights come from.</summary>
    public WeightStore Weights { get; init; } =
        WeightStore.Of(manifest.BackboneDirectory, text => report(new LogWritten(LogSeverity.Information, text)));

    /// <exception cref="OperationCanceledException">Cancelled between two steps or images.</exception>
    public Result Run(CancellationToken ct)
    {
        var valid = manifest.Recipe.Validate();
        if (!valid.Succeeded)
            return valid;
        var compute = Compute.Configure(manifest.Device, manifest.Threads);
        if (!compute.Succeeded)
            return compute.Error;
        Directory.CreateDirectory(manifest.WorkDirectory);
        var data = TrainingData.Read(manifest, Warn, ct);
        if (!data.Succeeded)
            return data.Error;

        var bundlePath = Path.Combine(manifest.WorkDirectory, ModelBundle.FileName);
        var checkpoints = new CheckpointStore(Path.Combine(manifest.WorkDirectory, "checkpoint"), data.Value.Fingerprint);
        var finished = FinishedBundle(bundlePath, data.Value, ct);
        var checkpoint = finished is null ? checkpoints.Read(Warn) : null;
        Announce(compute.Value, finished is null ? checkpoint?.Epoch ?? 0 : manifest.Recipe.Epochs);
        Plan(data.Value, finished is not null, checkpoint?.Epoch ?? 0);
        progress.Begin(RunPhase.Preparing);
        if (finished is null)
            ForgetScores();
        var model = finished is null
            ? new ModelMaker(manifest, data.Value, compute.Value, progress, report).Make(bundlePath, Weights, checkpoints, checkpoint, ct)
            : ReadyModel.Load(bundlePath, compute.Value.Device, ct);
        if (!model.Succeeded)
            return model.Error;
        using var ready = model.Value;
        report(new ModelWritten(
            ModelBundle.FileName, new FileInfo(bundlePath).Length, ready.Manifest.DataHash, ready.Manifest.Calibration, ready.Manifest.ShotScores,
            ready.Manifest.CodeVersion, ready.Manifest.LibraryVersions));
        new TestScoring(manifest, ready, compute.Value, progress, report).Run(ct);
        progress.Finish();
        report(new Done());
        return Result.Ok;
    }

    /// <summary>The manifest of a bundle that this very run wrote before it died.</summary>
    private static BundleManifest? FinishedBundle(string path, TrainingData data, CancellationToken ct)
    {
        if (!File.Exists(path))
            return null;
        var read = ModelBundle.Read(path, ct);
        return read.Succeeded && read.Value.Manifest.Fingerprint == data.Fingerprint ? read.Value.Manifest : null;
    }

    /// <summary>Maps that an earlier model left behind must not pass for the new one's.</summary>
    private void ForgetScores()
    {
        foreach (var name in (string[])[ScoreFiles.Maps, ScoreFiles.Heatmaps])
        {
            var folder = Path.Combine(manifest.WorkDirectory, name);
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private void Announce(Compute compute, int resumedFrom) => report(new Started(
        compute.Name, compute.Reason, compute.Threads, BuildInfo.CodeVersion, BuildInfo.LibraryVersions, resumedFrom));

    /// <param name="finished">An earlier attempt wrote the bundle: only images are left to score.</param>
    /// <param name="epochs">That an earlier attempt has trained.</param>
    private void Plan(TrainingData data, bool finished, int epochs)
    {
        var recipe = manifest.Recipe;
        var steps = recipe.Epochs * recipe.StepsPerEpoch;
        progress.Plan(RunPhase.Preparing, 1, 0.5);
        progress.Plan(RunPhase.Training, steps, WorkGuess.TrainingStep(recipe), before: finished ? steps : epochs * recipe.StepsPerEpoch);
        progress.Plan(RunPhase.Fitting, 1, WorkGuess.Fit(recipe), before: finished ? 1 : 0);
        progress.Plan(RunPhase.Calibrating, data.Shots.Count, WorkGuess.Calibration(recipe), before: finished ? data.Shots.Count : 0);
        progress.Plan(RunPhase.Scoring, manifest.Test.Count, WorkGuess.Score(recipe) + WorkGuess.Files);
    }

    private void Warn(string text) => report(new LogWritten(LogSeverity.Warning, text));
}
