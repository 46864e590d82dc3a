using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Benchmark;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Tests.Support;
using TorchSharp;

namespace FewShotAD.TrainingJobs.Tests.Benchmark;

public sealed class BenchmarkRunTests : IDisposable
{
    private static readonly TrainingRecipe RegAd = Parts.SmallRecipe;
    private static readonly TrainingRecipe UniAd = TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.UniAd) with
    {
        ImageSize = 64, Epochs = 2, StepsPerEpoch = 2, BatchSize = 2, UniAd = new() { NeighbourMask = 3 },
    };

    private static readonly TrainingRecipe PatchCore = TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.PatchCore) with { ImageSize = 64 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Arms_of_a_cell_share_everything_but_what_they_are_called_after()
    {
        DrawnDataset.Write(folder, "bolt", "nut");
        var rows = Run(Plan([RegAd, UniAd, PatchCore], seeds: 2)).Value;
        Assert.Equal(2 * 2 * (3 + 3 + 1), rows.Count);
        foreach (var same in rows.GroupBy(row => (row.Cell.Category, row.Cell.Seed)))
            Assert.Single(same.Select(row => string.Join(' ', row.Support)).Distinct());
        Assert.All(rows, row => Assert.Equal((4, row.Cell.Seed), (row.Images.Count, row.Recipe.Seed)));
        Assert.All(rows, row => Assert.NotNull(row.Metrics.ImageAuroc));
        foreach (var row in rows)
        {
            var (trained, adversarial) = (row.Cell.Arm is BenchmarkArm.Plain or BenchmarkArm.Adversarial, row.Cell.Arm == BenchmarkArm.Adversarial);
            Assert.Equal(trained, row.Losses is not null);
            Assert.Equal(adversarial, row.Losses?.Discriminator is not null);
            Assert.Equal(adversarial, row.Recipe.Adversarial is not null);
            Assert.Equal(trained, row.Look is not null);
            Assert.Equal(adversarial ? row.Look!.Height * row.Look.Width : null, row.Look?.Accuracy?.Count);
        }
    }

    [Fact]
    public void The_inspected_category_takes_no_part_in_training_RegAd()
    {
        DrawnDataset.Write(folder, "bolt", "nut");
        var plan = Plan([RegAd]) with { Arms = [BenchmarkArm.Plain] };
        var before = Run(plan).Value;
        var support = before.SelectMany(row => row.Support).ToHashSet();
        var spare = Enumerable.Range(0, 5).Select(i => $"nut/train/good/{i:000}.png").First(name => !support.Contains(name));
        File.Copy(folder["data", "bolt", "train", "good", "000.png"], folder["data", spare], overwrite: true);
        var after = Run(plan, "after").Value;
        Assert.Equal(Scores(before, "nut"), Scores(after, "nut"));
        Assert.NotEqual(Scores(before, "bolt"), Scores(after, "bolt"));
    }

    [Fact]
    public void A_unified_model_is_the_same_whichever_categories_are_scored()
    {
        DrawnDataset.Write(folder, "bolt", "nut");
        var plan = Plan([UniAd]) with { Arms = [BenchmarkArm.Adversarial] };
        Assert.Equal(Scores(Run(plan).Value, "nut"), Scores(Run(plan with { Categories = ["nut"] }, "nut").Value, "nut"));
    }

    [Fact]
    public void What_was_stopped_goes_on_to_the_same_rows()
    {
        DrawnDataset.Write(folder, "bolt", "nut");
        var plan = Plan([RegAd, UniAd]);
        var unbroken = Run(plan).Value;
        // Stopped in the middle of every training and every cell, one after the other.
        for (var stopAt = 3; ; stopAt += 4)
        {
            using var stop = new CancellationTokenSource();
            var (calls, limit) = (0, stopAt);
            try
            {
                var rows = RunUntil(plan, "stopped", (_, _, _) =>
                {
                    if (++calls == limit)
                        stop.Cancel();
                }, stop.Token).Value;
                Assert.Equal(unbroken.Select(Essence), rows.Select(Essence));
                Assert.True(stopAt > 3, "It was never stopped.");
                break;
            }
            catch (OperationCanceledException)
            {
                Assert.True(stopAt < 200, "It does not come to an end.");
            }
        }
    }

    [Fact]
    public void Finished_rows_are_not_run_again_and_a_damaged_one_is()
    {
        DrawnDataset.Write(folder, "bolt", "nut");
        var plan = Plan([PatchCore]);
        var first = Run(plan).Value;
        var files = Directory.GetFiles(folder["out", "cells"], "*.json", SearchOption.AllDirectories);
        Assert.Equal(2, files.Length);
        File.WriteAllText(files[0], "{ half a fi");
        var kept = File.GetLastWriteTimeUtc(files[1]);
        Assert.Equal(first.Select(Essence), Run(plan).Value.Select(Essence));
        Assert.Equal(kept, File.GetLastWriteTimeUtc(files[1]));
    }

    [Fact]
    public void Two_benchmarks_are_never_mixed()
    {
        DrawnDataset.Write(folder, "bolt", "nut");
        var plan = Plan([PatchCore]);
        Assert.True(Run(plan).Succeeded);
        Assert.IsType<OtherBenchmark>(Run(plan with { Recipes = [PatchCore with { PatchCore = new() { CoresetShare = 0.5 } }] }).Error);
        Assert.True(Run(plan with { Seeds = [1, 2] }).Succeeded);
        File.AppendAllText(folder["data", "nut", "test", "good", "000.png"], "x");
        Assert.IsType<OtherBenchmark>(Run(plan).Error);
    }

    [Fact]
    public void A_folder_is_written_by_one_benchmark_at_a_time()
    {
        DrawnDataset.Write(folder, "bolt", "nut");
        var plan = Plan([PatchCore]);
        Error? second = null;
        Assert.True(Run(plan, show: (_, _, _) => second ??= Run(plan).Error).Succeeded);
        Assert.IsType<BenchmarkUnderWay>(second);
        Assert.True(Run(plan).Succeeded);
    }

    [Fact]
    public void What_cannot_be_run_is_said_before_anything_is()
    {
        DrawnDataset.Write(folder, "bolt", "nut");
        Assert.IsType<UnknownCategory>(Run(Plan([PatchCore]) with { Categories = ["screw"] }).Error);
        Assert.IsType<TooFewShots>(Run(Plan([PatchCore]) with { Shots = [2, 6] }).Error);
        Assert.IsType<InvalidRecipe>(Run(Plan([RegAd with { LearningRate = 0 }])).Error);
        Assert.False(Directory.Exists(folder["out", "cells"]));
    }

    [Fact]
    public void An_unreadable_image_stops_the_benchmark_by_name()
    {
        DrawnDataset.Write(folder, "bolt", "nut");
        File.WriteAllText(folder["data", "bolt", "test", "blot", "001.png"], "no image");
        Assert.Contains("bolt/test/blot/001.png", Run(Plan([PatchCore])).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_never_falls_and_ends_at_the_whole()
    {
        DrawnDataset.Write(folder, "bolt", "nut");
        var shares = new List<double>();
        Run(Plan([RegAd, PatchCore]), show: (share, _, _) => shares.Add(share));
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1], 9);
    }

    [Fact]
    public void After_a_stop_the_time_left_is_told_by_what_was_done_since()
    {
        DrawnDataset.Write(folder, "bolt", "nut");
        var plan = Plan([UniAd]) with { Arms = [BenchmarkArm.Plain] };
        using var stop = new CancellationTokenSource();
        var steps = 0;
        Assert.Throws<OperationCanceledException>(() => RunUntil(plan, "out", (_, _, _) =>
        {
            if (++steps == UniAd.StepsPerEpoch + 1)
                stop.Cancel();
        }, stop.Token));

        var clock = new SecondClock(ticks: true);
        (double Share, double? Left, long Second)? first = null;
        var rows = RunUntil(plan, "out", (share, left, _) => first ??= (share, left, clock.Seconds), TestContext.Current.CancellationToken, clock).Value;
        var (step, rest) = (WorkGuess.TrainingStep(UniAd), rows.Sum(row => row.Images.Count) * WorkGuess.Score(UniAd));
        // Three steps of four are done, one of them in the seconds since the start.
        Assert.Equal(3 * step / ((4 * step) + rest), first!.Value.Share, 9);
        Assert.Equal((step + rest) / step * (first.Value.Second - 1), first.Value.Left!.Value, 6);
    }

    private static BenchmarkPlan Plan(TrainingRecipe[] recipes, int seeds = 1) => new(
        [.. recipes.Select(recipe => recipe.Method == DetectionMethod.PatchCore ? recipe : recipe with { Adversarial = new() })],
        ["bolt", "nut"], [BenchmarkArm.Untrained, BenchmarkArm.Plain, BenchmarkArm.Adversarial], [2], [.. Enumerable.Range(1, seeds)]);

    private Result<IReadOnlyList<BenchmarkRow>> Run(BenchmarkPlan plan, string name = "out", Action<double, double?, string>? show = null) =>
        RunUntil(plan, name, show ?? ((_, _, _) => { }), TestContext.Current.CancellationToken);

    private Result<IReadOnlyList<BenchmarkRow>> RunUntil(
        BenchmarkPlan plan, string name, Action<double, double?, string> show, CancellationToken ct, TimeProvider? clock = null)
    {
        var data = BenchmarkDataset.Find(folder["data"], _ => { }).Value;
        var progress = new BenchmarkProgress(show, clock ?? TimeProvider.System);
        var work = new UnitRun(
            data, new ImageCache(64, 1_000_000), Parts.Weights, folder[name, "checkpoint"], new Compute(torch.CPU, "", 2), progress,
            TimeProvider.System, _ => { });
        return new BenchmarkRunner(data, new CellFiles(folder[name]), work, progress).Run(plan, ct);
    }

    private static double[] Scores(IEnumerable<BenchmarkRow> rows, string category) =>
        [.. rows.Where(row => row.Cell.Category == category).SelectMany(row => row.Images).Select(image => image.Score)];

    /// <summary>Everything but the clock.</summary>
    private static string Essence(BenchmarkRow row) =>
        JsonSerializer.Serialize(row with { Seconds = new BenchmarkSeconds(0, 0, 0) }, WorkerProtocol.Json);
}
