using FewShotAD.TrainingJobs.Benchmark;
using FewShotAD.TrainingJobs.Benchmark.Report;
using static FewShotAD.TrainingJobs.Tests.Benchmark.BenchmarkRows;

namespace FewShotAD.TrainingJobs.Tests.Benchmark;

public sealed class BenchmarkStatisticsTests
{
    [Fact]
    public void A_category_has_the_mean_and_the_sample_deviation_over_its_seeds()
    {
        // 0.4, 0.6, 0.8: mean 0.6, squares 0.04 + 0 + 0.04 over n − 1 = 2.
        var summary = Summary([Row(0.4, seed: 1), Row(0.6, seed: 2), Row(0.8, seed: 3)], "bottle");
        Assert.Equal(3, summary.Seeds);
        Assert.Equal(0.6, summary.Mean!.Value, 12);
        Assert.Equal(0.2, summary.Sd!.Value, 12);
    }

    [Fact]
    public void All_categories_are_averaged_at_each_seed_first()
    {
        // Seed 1: (0.2 + 0.6) / 2 = 0.4; seed 2: (0.4 + 0.8) / 2 = 0.6. Mean 0.5, sd √(0.02) = 0.1414.
        var summary = Summary(
            [Row(0.2, category: "a", seed: 1), Row(0.4, category: "a", seed: 2), Row(0.6, category: "b", seed: 1), Row(0.8, category: "b", seed: 2)], null);
        Assert.Equal((2, 2, 0), (summary.Seeds, summary.Categories, summary.LeftOut));
        Assert.Equal(0.5, summary.Mean!.Value, 12);
        Assert.Equal(Math.Sqrt(0.02), summary.Sd!.Value, 12);
    }

    [Fact]
    public void A_category_without_the_metric_is_left_out_and_counted()
    {
        BenchmarkRow[] rows = [Row(0.3, category: "a"), Row(null, category: "b")];
        var all = Summary(rows, null);
        Assert.Equal((1, 1, 0.3), (all.Categories, all.LeftOut, all.Mean));
        Assert.Null(Summary(rows, "b").Mean);
        Assert.Null(Statistics(rows).Summaries.Single(s => s.Category is null && s.Metric == BenchmarkMetric.Aupro).Mean);
    }

    [Fact]
    public void A_category_that_lacks_a_seed_does_not_shift_the_mean_of_the_others()
    {
        var all = Summary([Row(0.3, category: "a", seed: 1), Row(0.5, category: "a", seed: 2), Row(0.9, category: "b", seed: 1)], null);
        Assert.Equal((2, 1, 1), (all.Seeds, all.Categories, all.LeftOut));
        Assert.Equal(0.4, all.Mean!.Value, 12);
    }

    [Fact]
    public void One_seed_has_a_mean_and_no_deviation()
    {
        var summary = Summary([Row(0.25)], null);
        Assert.Equal((1, 0.25, null), (summary.Seeds, summary.Mean, summary.Sd));
    }

    [Theory]
    [InlineData(1, 12.706204736)]
    [InlineData(2, 4.302652730)]
    [InlineData(4, 2.776445105)]
    [InlineData(14, 2.144786688)]
    [InlineData(1_000, 1.962339081)]
    public void Students_quantiles_are_those_of_the_tables(int degrees, double expected) =>
        Assert.Equal(expected, StudentQuantile(degrees), 1e-8);

    [Fact]
    public void Paired_differences_of_a_category_have_students_interval()
    {
        // Differences 0.1, 0.2, 0.3: mean 0.2, sd 0.1, half width 4.302653 · 0.1 / √3 = 0.248414.
        var difference = Difference(
            [.. Pair(0.5, 0.1, seed: 1), .. Pair(0.4, 0.2, seed: 2), .. Pair(0.3, 0.3, seed: 3)], "bottle");
        Assert.Equal((3, 3, DifferenceUnit.Seeds), (difference.Pairs, difference.Units, difference.Unit));
        Assert.Equal(0.2, difference.Mean, 12);
        Assert.Equal(0.1, difference.Sd!.Value, 12);
        Assert.Equal(-0.048414, difference.Student!.Low, 1e-6);
        Assert.Equal(0.448414, difference.Student.High, 1e-6);
        Assert.Null(difference.Bootstrap);
        Assert.Equal(DifferenceFinding.NotShown, difference.Finding);
    }

    [Fact]
    public void Over_all_categories_the_units_are_categories()
    {
        // Categories 0.2, 0.1 and 0.3 after averaging their seeds: mean 0.2, sd 0.1.
        var difference = Difference(
        [
            .. Pair(0.5, 0.1, "a", 1), .. Pair(0.5, 0.3, "a", 2), .. Pair(0.5, 0.1, "b", 1), .. Pair(0.5, 0.1, "b", 2), .. Pair(0.5, 0.3, "c", 1),
        ], null);
        Assert.Equal((5, 3, DifferenceUnit.Categories), (difference.Pairs, difference.Units, difference.Unit));
        Assert.Equal(0.2, difference.Mean, 12);
        Assert.Equal(0.1, difference.Sd!.Value, 12);
        Assert.InRange(difference.Mean, difference.Bootstrap!.Low, difference.Bootstrap.High);
        Assert.True(difference.Bootstrap.Low > 0 && difference.Student!.Low < 0);
        Assert.Equal(DifferenceFinding.NotShown, difference.Finding);
    }

    [Fact]
    public void The_bootstrap_draws_between_what_was_measured()
    {
        // Two categories with one seed each: half of the draws mix them, a quarter each has one of them twice.
        var bootstrap = Difference([.. Pair(0.5, 0.1, "a"), .. Pair(0.5, 0.3, "b")], null).Bootstrap!;
        Assert.Equal(0.1, bootstrap.Low, 12);
        Assert.Equal(0.3, bootstrap.High, 12);
    }

    [Theory]
    [InlineData(0.2, DifferenceFinding.Gain)]
    [InlineData(-0.2, DifferenceFinding.Loss)]
    [InlineData(0, DifferenceFinding.NotShown)]
    public void A_finding_needs_intervals_without_0(double by, DifferenceFinding expected)
    {
        var rows = Enumerable.Range(1, 5).SelectMany(seed => Pair(0.5, by + (seed * 0.001) - 0.003, seed: seed)).ToList();
        var difference = Difference(rows, null);
        Assert.Equal(DifferenceUnit.Seeds, difference.Unit);
        Assert.NotNull(difference.Bootstrap);
        Assert.Equal(expected, difference.Finding);
    }

    [Fact]
    public void One_pair_has_a_difference_and_no_interval()
    {
        var difference = Difference([.. Pair(0.5, 0.4)], null);
        Assert.Equal((1, 1, null, null), (difference.Pairs, difference.Units, difference.Student, difference.Bootstrap));
        Assert.Equal(0.4, difference.Mean, 12);
        Assert.Equal(DifferenceFinding.NotShown, difference.Finding);
    }

    [Fact]
    public void A_cell_without_its_other_arm_is_no_pair()
    {
        var rows = Pair(0.5, 0.1).Append(Row(0.9, BenchmarkArm.Adversarial, seed: 2)).Append(Row(0.1, BenchmarkArm.Plain, shots: 2)).ToList();
        Assert.Equal(1, Difference(rows, null).Pairs);
        Assert.Empty(Statistics([Row(0.5)]).Differences);
    }

    [Fact]
    public void Training_itself_is_compared_with_none()
    {
        var statistics = Statistics([Row(0.5, BenchmarkArm.Untrained), Row(0.4, BenchmarkArm.Plain)]);
        var difference = Assert.Single(statistics.Differences, d => d.Category is null);
        Assert.Equal((BenchmarkArm.Plain, BenchmarkArm.Untrained), (difference.Arm, difference.Reference));
        Assert.Equal(-0.1, difference.Mean, 12);
    }

    [Fact]
    public void What_is_no_number_and_what_was_measured_twice_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Statistics([Row(0.5), Row(0.6)]));
        Assert.Throws<ArgumentException>(() => Statistics([Row(double.NaN)]));
        Assert.Throws<ArgumentException>(
            () => Statistics([Row(0.5) with { Images = [new ImageOutcome("a.png", "good", false, double.PositiveInfinity)] }]));
    }

    [Fact]
    public void A_stop_is_heard()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => BenchmarkStatistics.Of([.. Pair(0.5, 0.1)], stop.Token));
    }

    /// <summary>What the interval was made with, found back from it.</summary>
    private static double StudentQuantile(int degrees)
    {
        // n differences, half of them 0.1 and half −0.1 (one 0 where n is odd): t = half width · √n / sd.
        var n = degrees + 1;
        var rows = Enumerable.Range(0, n).SelectMany(i => Pair(0.5, i == n - 1 && n % 2 == 1 ? 0 : i % 2 == 0 ? 0.1 : -0.1, seed: i)).ToList();
        var difference = Difference(rows, "bottle");
        return (difference.Student!.High - difference.Student.Low) / 2 * Math.Sqrt(n) / difference.Sd!.Value;
    }

    private static IEnumerable<BenchmarkRow> Pair(double plain, double by, string category = "bottle", int seed = 1) =>
        [Row(plain, BenchmarkArm.Plain, category, seed), Row(plain + by, BenchmarkArm.Adversarial, category, seed)];

    private static MetricSummary Summary(IReadOnlyList<BenchmarkRow> rows, string? category) =>
        Statistics(rows).Summaries.Single(s => s.Category == category && s.Metric == BenchmarkMetric.ImageAuroc);

    private static ArmDifference Difference(IReadOnlyList<BenchmarkRow> rows, string? category) =>
        Statistics(rows).Differences.Single(d =>
            d.Category == category && d.Metric == BenchmarkMetric.ImageAuroc && d is { Arm: BenchmarkArm.Adversarial, Shots: 4 });
}
