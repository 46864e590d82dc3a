using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Benchmark;
using FewShotAD.TrainingJobs.Benchmark.Report;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Jobs;

namespace FewShotAD.TrainingJobs.Tests.Benchmark;

/// <summary>Rows as a run would leave them, with numbers that a test chooses or that follow from a seed.</summary>
internal static class BenchmarkRows
{
    public static Machine Machine { get; } = new("A processor", 2, "An operating system", 2, "cpu", "no GPU found", "torch 2.10.0", "0.1.0+abc");

    public static BenchmarkStatistics Statistics(IReadOnlyList<BenchmarkRow> rows) => BenchmarkStatistics.Of(rows, TestContext.Current.CancellationToken);

    /// <summary>A row with an image AUROC and nothing else.</summary>
    public static BenchmarkRow Row(
        double? auroc, BenchmarkArm arm = BenchmarkArm.Plain, string category = "bottle", int seed = 1, int shots = 4,
        DetectionMethod method = DetectionMethod.RegAd) =>
        new(
            new BenchmarkCell(method, arm, category, shots, seed),
            TrainingRecipe.For(TrainingPreset.Quick, method) with { Shots = shots, Seed = seed },
            ["train/good/000.png", "train/good/001.png"],
            new EvaluationMetrics(3, 3, 0, auroc, null, null, null),
            null,
            new BenchmarkSeconds(10, 1, 2),
            [],
            null);

    /// <summary>A row with scores, the metrics that follow from them, and features to look at where the arm is adversarial.</summary>
    public static BenchmarkRow Full(BenchmarkCell cell)
    {
        // Not the hash of the record: that of a string differs from process to process.
        var random = new Random(((cell.Seed * 31) + (int)cell.Arm) * 31 + cell.Category.Sum(letter => letter) + cell.Shots);
        var shift = cell.Arm == BenchmarkArm.Adversarial ? 1.4 : 1;
        var images = Enumerable.Range(0, 60).Select(i => new ImageOutcome(
            $"{i:000}.png", i < 20 ? "good" : "broken", i >= 20, 10 + Normal(random) + (i < 20 ? 0 : shift))).ToList();
        var ranking = RankingMetrics.Of([.. images.Select(image => image.Score)], [.. images.Select(image => image.Defective)]);
        return Row(ranking.Auroc, cell.Arm, cell.Category, cell.Seed, cell.Shots, cell.Method) with
        {
            Metrics = new EvaluationMetrics(
                20, 40, 40, ranking.Auroc, ranking.AveragePrecision, ranking.F1Max, 0.9 + (random.NextDouble() / 20), ranking.F1Threshold,
                0.4 + (random.NextDouble() / 20), 0.5, 11, 0.8 + (random.NextDouble() / 20)),
            Losses = cell.Arm == BenchmarkArm.Adversarial ? new FinalLosses(-0.9, 0.69, 0.7, 0.53) : null,
            Images = images,
            Look = cell.Arm == BenchmarkArm.Adversarial ? Look(random) : null,
        };
    }

    public static IReadOnlyList<BenchmarkRow> Run(IReadOnlyList<string> categories, params DetectionMethod[] methods) =>
    [
        .. from method in methods
           from arm in method == DetectionMethod.PatchCore
               ? [BenchmarkArm.Baseline] : new[] { BenchmarkArm.Untrained, BenchmarkArm.Plain, BenchmarkArm.Adversarial }
           from category in categories
           from seed in new[] { 1, 2, 3 }
           select Full(new BenchmarkCell(method, arm, category, 4, seed)),
    ];

    public static BenchmarkSettings Settings(IReadOnlyList<BenchmarkRow> rows) => new(
        "parts", "0123abcd",
        [.. rows.Select(row => row.Cell.Category).Distinct()],
        [.. rows.Select(row => row.Cell.Method).Distinct().Select(method => TrainingRecipe.For(TrainingPreset.Quick, method))],
        [.. rows.Select(row => row.Cell.Arm).Distinct()],
        [.. rows.Select(row => row.Cell.Shots).Distinct()],
        [.. rows.Select(row => row.Cell.Seed).Distinct()]);

    private static FeatureLook Look(Random random)
    {
        var accuracy = Enumerable.Range(0, 14 * 14).Select(i => (float)Math.Clamp(0.5 + (Normal(random) / 8) + (i % 14 / 60.0), 0, 1)).ToList();
        return new FeatureLook(Cloud(random, 1.5), Cloud(random, 0.4), 14, 14, accuracy);
    }

    private static FeatureCloud Cloud(Random random, double apart) => new(Points(random, 0), Points(random, apart));

    private static List<FeaturePoint> Points(Random random, double shift) =>
        [.. Enumerable.Range(0, 200).Select(_ => new FeaturePoint((float)(Normal(random) + shift), (float)Normal(random) / 2))];

    /// <summary>A standard normal number (Box and Muller 1958).</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
