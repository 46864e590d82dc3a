using System.Diagnostics;
using FewShotAD.Domain.Evaluation;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Evaluation;

public sealed class RankingBootstrapTests
{
    /// <summary>Each resample drawn in the same order as the fast way draws it, and measured pair by pair.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_equals_the_slow_way_that_compares_every_pair(int seed)
    {
        var (scores, positive) = Sample(new Random(seed), good: 7, bad: 9, shift: 1, steps: 4);
        const int Resamples = 60;
        var slow = Slow(scores, positive, seed, Resamples);
        var fast = Of(scores, positive, seed, Resamples)!;
        Assert.Equal(slow.Auroc.Low, fast.Auroc.Low, 12);
        Assert.Equal(slow.Auroc.High, fast.Auroc.High, 12);
        Assert.Equal(slow.AveragePrecision.Low, fast.AveragePrecision.Low, 12);
        Assert.Equal(slow.AveragePrecision.High, fast.AveragePrecision.High, 12);
        Assert.Equal(slow.F1Max.Low, fast.F1Max.Low, 12);
        Assert.Equal(slow.F1Max.High, fast.F1Max.High, 12);
    }

    [Fact]
    public void The_true_auroc_lies_inside_about_as_often_as_it_should()
    {
        // Two normal distributions one deviation apart: Φ(1/√2) = 0.7602.
        const double True = 0.76025;
        const int Trials = 200;
        var random = new Random(11);
        var inside = 0;
        for (var i = 0; i < Trials; i++)
        {
            var (scores, positive) = Sample(random, good: 40, bad: 60, shift: 1, steps: 0);
            var interval = Of(scores, positive, i, resamples: 400)!.Auroc;
            inside += interval.Low <= True && True <= interval.High ? 1 : 0;
        }

        Assert.InRange(inside / (double)Trials, 0.90, 0.99);
    }

    [Fact]
    public void More_images_make_it_narrower_and_it_holds_the_number()
    {
        var random = new Random(5);
        var (few, ofFew) = Sample(random, good: 10, bad: 10, shift: 1, steps: 0);
        var (many, ofMany) = Sample(random, good: 400, bad: 400, shift: 1, steps: 0);
        var (wide, narrow) = (Of(few, ofFew)!.Auroc, Of(many, ofMany)!.Auroc);
        Assert.True(narrow.Width < wide.Width / 3, $"{wide} and {narrow}");
        Assert.InRange(RankingMetrics.Of(few, ofFew).Auroc!.Value, wide.Low, wide.High);
        Assert.InRange(RankingMetrics.Of(many, ofMany).Auroc!.Value, narrow.Low, narrow.High);
    }

    [Fact]
    public void The_same_seed_gives_the_same_and_another_seed_nearly_the_same()
    {
        var (scores, positive) = Sample(new Random(8), good: 20, bad: 63, shift: 1.5, steps: 0);
        var once = Of(scores, positive);
        Assert.Equal(once, Of(scores, positive));
        var other = Of(scores, positive, seed: 7)!;
        Assert.NotEqual(once, other);
        Assert.Equal(once!.Auroc.Low, other.Auroc.Low, 0.02);
        Assert.Equal(once.Auroc.High, other.Auroc.High, 0.02);
    }

    [Fact]
    public void The_order_of_the_images_does_not_matter()
    {
        var (scores, positive) = Sample(new Random(9), good: 12, bad: 15, shift: 1, steps: 0);
        Assert.Equal(
            Of(scores, positive),
            Of([.. scores.Reverse()], [.. positive.Reverse()]));
    }

    [Fact]
    public void Swapped_labels_turn_the_auroc_interval_round()
    {
        // As many of each class, so that the swap changes who is drawn only by name; the two draws differ, the ends hardly.
        var (scores, positive) = Sample(new Random(3), good: 80, bad: 80, shift: 1, steps: 0);
        var plain = Of(scores, positive)!.Auroc;
        var swapped = Of(scores, [.. positive.Select(p => !p)])!.Auroc;
        Assert.Equal(1 - plain.High, swapped.Low, 0.015);
        Assert.Equal(1 - plain.Low, swapped.High, 0.015);
    }

    [Property(MaxTest = 100)]
    public void Ends_are_in_order_and_between_0_and_1((sbyte Score, bool Positive)[] samples)
    {
        var intervals = Of([.. samples.Select(s => (double)s.Score)], [.. samples.Select(s => s.Positive)], resamples: 50);
        var positives = samples.Count(s => s.Positive);
        Assert.Equal(Math.Min(positives, samples.Length - positives) < RankingBootstrap.LeastOfAClass, intervals is null);
        if (intervals is not null)
            Assert.All([intervals.Auroc, intervals.AveragePrecision, intervals.F1Max], i => Assert.True(i.Low >= 0 && i.Low <= i.High && i.High <= 1, $"{i}"));
    }

    [Fact]
    public void Equal_scores_say_nothing_for_certain() =>
        Assert.Equal(new Interval(0.5, 0.5), Of([1, 1, 1, 1], [true, true, false, false])!.Auroc);

    [Fact]
    public void Scores_that_are_no_numbers_and_labels_that_are_missing_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Of([1, double.NaN], [true, false]));
        Assert.Throws<ArgumentException>(() => Of([1, 2], [true]));
    }

    [Fact]
    public void Ten_thousand_results_take_seconds_at_most()
    {
        var (scores, positive) = Sample(new Random(1), good: 5_000, bad: 5_000, shift: 1, steps: 0);
        var clock = Stopwatch.StartNew();
        var interval = Of(scores, positive)!.Auroc;
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
        Assert.InRange(interval.Width, 0.001, 0.05);
    }

    private static RankingIntervals? Of(double[] scores, bool[] positive, int seed = RankingBootstrap.Seed, int resamples = RankingBootstrap.Resamples) =>
        RankingBootstrap.Of(scores, positive, seed, resamples, TestContext.Current.CancellationToken);

    /// <param name="steps">Scores are rounded to this many a unit, so that some are equal; 0 leaves them.</param>
    private static (double[] Scores, bool[] Positive) Sample(Random random, int good, int bad, double shift, int steps)
    {
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double Round(double value) => steps == 0 ? value : Math.Round(value * steps) / steps;
        bool[] positive = [.. Enumerable.Range(0, good + bad).Select(i => i >= good)];
        return ([.. positive.Select(p => Round(Normal() + (p ? shift : 0)))], positive);
    }

    private static RankingIntervals Slow(double[] scores, bool[] positive, int seed, int resamples)
    {
        // The fast way draws from the classes sorted by score, the highest first.
        var ups = scores.Where((_, i) => positive[i]).OrderDescending().ToArray();
        var rights = scores.Where((_, i) => !positive[i]).OrderDescending().ToArray();
        var random = new Random(seed);
        double[] Draw(double[] from) => [.. from.Select(_ => from[random.Next(from.Length)])];
        var all = Enumerable.Range(0, resamples).Select(_ => Measure(Draw(ups), Draw(rights))).ToList();
        return new RankingIntervals(Middle([.. all.Select(a => a.Auroc)]), Middle([.. all.Select(a => a.Precision)]), Middle([.. all.Select(a => a.F1)]));
    }

    private static (double Auroc, double Precision, double F1) Measure(double[] ups, double[] rights)
    {
        var auroc = ups.Sum(u => rights.Sum(r => u > r ? 1 : u == r ? 0.5 : 0)) / ups.Length / rights.Length;
        double precision = 0, recall = 0, f1 = 0;
        foreach (var threshold in ups.Concat(rights).Distinct().OrderDescending())
        {
            var (hits, alarms) = (ups.Count(u => u >= threshold), rights.Count(r => r >= threshold));
            precision += ((double)hits / ups.Length - recall) * hits / (hits + alarms);
            recall = (double)hits / ups.Length;
            f1 = Math.Max(f1, 2.0 * hits / (hits + alarms + ups.Length));
        }

        return (auroc, precision, f1);
    }

    private static Interval Middle(double[] values)
    {
        Array.Sort(values);
        double At(double share)
        {
            var at = share * (values.Length - 1);
            var (below, above) = ((int)Math.Floor(at), (int)Math.Ceiling(at));
            return values[below] + ((at - below) * (values[above] - values[below]));
        }

        return new Interval(At(0.025), At(0.975));
    }
}
