using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Tests.Support;
using FewShotAD.TrainingJobs.Weights;
using TorchSharp;
using static FewShotAD.Domain.Training.WorkerMessage;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Jobs;

public sealed class TrainingJobTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<WorkerMessage> messages = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_job_trains_calibrates_scores_and_evaluates_and_leaves_no_tensor_behind()
    {
        var manifest = Parts.WriteJob(folder, Parts.SmallRecipe);
        Run(manifest);
        messages.Clear();
        Directory.Delete(folder["work"], recursive: true);

        // The library's own count never forgets one tensor per parameter of a module that was made and disposed.
        var before = LiveTensors();
        using (var method = Parts.Method(manifest.Recipe))
        {
            using var task = method.CreateTask();
        }

        var counted = LiveTensors() - before;
        before += counted;
        Run(manifest);
        Assert.Equal(counted, LiveTensors() - before);

        Assert.IsType<Started>(messages[0]);
        Assert.IsType<Done>(messages[^1]);
        Assert.Equal(
            [RunPhase.Preparing, RunPhase.Training, RunPhase.Fitting, RunPhase.Calibrating, RunPhase.Scoring],
            messages.OfType<PhaseChanged>().Select(changed => changed.Phase));
        Assert.Equal([1, 2, 3, 4], messages.OfType<StepDone>().Select(step => step.Step));
        Assert.Equal([1, 2], messages.OfType<CheckpointWritten>().Select(written => written.Epoch));
        var fractions = messages.OfType<Progress>().Select(progress => progress.Fraction).ToArray();
        Assert.Equal(fractions.Order(), fractions);
        Assert.Equal(1, fractions[^1]);

        var model = messages.OfType<ModelWritten>().Single();
        Assert.Equal(new FileInfo(folder["work", "model.fsad"]).Length, model.Bytes);
        Assert.True(model.Calibration.CertainlyGood < model.Calibration.CertainlyDefective);
        Assert.Equal(manifest.Recipe.Shots, model.ShotScores!.Count);
        Assert.All(model.ShotScores, score => Assert.True(double.IsFinite(score)));
        var scored = messages.OfType<ImageScored>().ToDictionary(image => image.ImageId);
        Assert.Equal(4, scored.Count);
        foreach (var image in scored.Values)
        {
            var (map, height, width) = AnomalyMapFile.Decode(File.ReadAllBytes(folder["work", image.MapPath]));
            Assert.Equal((64, 64), (height, width));
            Assert.Equal(image.Score, map.Max());
            Assert.True(File.Exists(folder["work", image.HeatmapPath]));
        }

        var metrics = messages.OfType<Evaluated>().Single().Metrics;
        Assert.Equal((2, 2, 1), (metrics.NormalImages, metrics.DefectiveImages, metrics.MaskedImages));
        Assert.Equal(1.0, metrics.ImageAuroc);
        Assert.InRange(metrics.PixelAuroc!.Value, 0.8, 1);
        Assert.InRange(metrics.Aupro!.Value, 0.3, 1);
        Assert.InRange(metrics.PixelAveragePrecision!.Value, 0.05, 1);
        Assert.InRange(metrics.PixelF1Max!.Value, 0.05, 1);
        Assert.True(metrics is { ImageF1Threshold: > 0, PixelF1Threshold: > 0 });
    }

    [Fact]
    public void A_run_that_died_while_scoring_scores_only_what_is_missing()
    {
        var manifest = Parts.WriteJob(folder, Parts.SmallRecipe);
        Run(manifest);
        var first = messages.OfType<ImageScored>().ToDictionary(image => image.ImageId);
        var evaluated = messages.OfType<Evaluated>().Single();
        messages.Clear();
        File.Delete(folder["work", first["bad-1"].MapPath]);
        var kept = File.GetLastWriteTimeUtc(folder["work", first["good-1"].MapPath]);

        Run(manifest);

        Assert.Empty(messages.OfType<StepDone>());
        Assert.Equal(2, messages.OfType<Started>().Single().ResumedFromEpoch);
        Assert.InRange(messages.OfType<Progress>().First().Fraction, 0.1, 1);
        Assert.Equal(first, messages.OfType<ImageScored>().ToDictionary(image => image.ImageId));
        Assert.Equal(evaluated, messages.OfType<Evaluated>().Single());
        Assert.Equal(kept, File.GetLastWriteTimeUtc(folder["work", first["good-1"].MapPath]));
        Assert.True(File.Exists(folder["work", first["bad-1"].MapPath]));
    }

    [Fact]
    public void Without_maps_a_job_ends_in_the_same_figures_and_writes_no_image()
    {
        var manifest = Parts.WriteJob(folder, Parts.SmallRecipe);
        Run(manifest);
        var figures = messages.OfType<Evaluated>().Single();
        messages.Clear();
        Directory.Delete(folder["work"], recursive: true);
        Run(manifest with { KeepMaps = false });
        Assert.Equal(figures, messages.OfType<Evaluated>().Single());
        Assert.Empty(messages.OfType<ImageScored>());
        Assert.False(Directory.Exists(folder["work", "maps"]) || Directory.Exists(folder["work", "heatmaps"]));
    }

    [Fact]
    public void Another_recipe_in_the_same_folder_trains_anew_and_keeps_no_old_score()
    {
        var manifest = Parts.WriteJob(folder, Parts.SmallRecipe);
        Run(manifest);
        var old = messages.OfType<ImageScored>().Select(image => image.Score).ToArray();
        messages.Clear();
        Run(manifest with { Recipe = manifest.Recipe with { Seed = 9 } });
        Assert.Equal(4, messages.OfType<StepDone>().Count());
        Assert.NotEqual(old, messages.OfType<ImageScored>().Select(image => image.Score));
    }

    [Fact]
    public void A_model_loaded_from_its_bundle_scores_with_the_same_bits()
    {
        var manifest = Parts.WriteJob(folder, Parts.SmallRecipe);
        Run(manifest);
        using var ready = ReadyModel.Load(folder["work", ModelBundle.FileName], CPU, CancellationToken.None).Value;
        var scores = new ImageScorer(ready.Model, CPU).Score(
            [.. manifest.Test.Select(image => ImageReader.Read(image.Path, 64, CancellationToken.None).Value)]);
        Assert.Equal(messages.OfType<ImageScored>().Select(image => image.Score), scores.Select(scored => scored.Score));
    }

    [Fact]
    public void An_unreadable_test_image_is_a_warning_and_an_unreadable_shot_is_an_error()
    {
        var manifest = Parts.WriteJob(folder, Parts.SmallRecipe with { Epochs = 0 });
        File.WriteAllText(folder["good-1.png"], "no image");
        Run(manifest);
        Assert.Contains(messages.OfType<LogWritten>(), log => log.Severity == LogSeverity.Warning && log.Text.Contains("good-1", StringComparison.Ordinal));
        Assert.Equal(3, messages.OfType<ImageScored>().Count());

        File.WriteAllText(folder["shot0.png"], "no image");
        var failed = new TrainingJob(manifest, messages.Add, TimeProvider.System).Run(CancellationToken.None);
        Assert.Contains("shot0", failed.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_parts_are_trained_on_as_they_are()
    {
        var manifest = Parts.WriteJob(folder, Parts.SmallRecipe);
        var others = Enumerable.Range(0, 3).Select(i =>
        {
            var path = folder[$"other{i}.png"];
            Parts.Write(path, Parts.Draw(50 + i, false));
            return new JobImage($"other{i}", path);
        }).ToArray();
        Run(manifest with { TrainingCategories = [new TrainingCategory("other", others), new TrainingCategory("lonely", [others[0]])] });
        Assert.Contains(messages.OfType<LogWritten>(), log => log.Text.StartsWith("lonely", StringComparison.Ordinal));
        Assert.Equal(4, messages.OfType<StepDone>().Count());
    }

    [Fact]
    public void Weights_that_were_tampered_with_are_refused()
    {
        var copy = Directory.CreateDirectory(folder["backbones", "mobilenet_v2"]).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "backbones", "mobilenet_v2")))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        var shard = Path.Combine(copy, "group1-shard2of3");
        var bytes = File.ReadAllBytes(shard);
        bytes[1_000] ^= 1;
        File.WriteAllBytes(shard, bytes);
        var manifest = Parts.WriteJob(folder, Parts.SmallRecipe) with { BackboneDirectory = folder["backbones"] };

        var result = new TrainingJob(manifest, messages.Add, TimeProvider.System).Run(CancellationToken.None);
        Assert.Contains(shard, result.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("restore-assets", result.Error.Message, StringComparison.Ordinal);

        // What is not complete is not looked at: the next folder has it all.
        File.Delete(shard);
        Run(manifest);
        var nowhere = new WeightStore(new BackboneFolders(null, folder["backbones"], null), new WeightDownload(), _ => { });
        result = new TrainingJob(manifest with { WorkDirectory = folder["other"] }, messages.Add, TimeProvider.System) { Weights = nowhere }.Run(CancellationToken.None);
        Assert.Contains(folder["backbones", "mobilenet_v2"], result.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("restore-assets", result.Error.Message, StringComparison.Ordinal);
    }

    private static long LiveTensors()
    {
        // Empty shells of parameters wait for their finalizer; StepsTests look at the work itself without collecting.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    private void Run(JobManifest manifest)
    {
        var result = new TrainingJob(manifest, messages.Add, TimeProvider.System).Run(CancellationToken.None);
        Assert.True(result.Succeeded, result.Error?.Message);
    }
}
