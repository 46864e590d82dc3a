using FewShotAD.Domain.Evaluation;

namespace FewShotAD.Domain.Tests.Evaluation;

/// <summary>Variance components and the interval of the mean, against a textbook, a slow reference and simulations.</summary>
public sealed class SupportSpreadTests
{
    /// <summary>Montgomery, Design and Analysis of Experiments: fabric strength on four looms, four observations each.</summary>
    private static readonly double[][] Looms = [[98, 97, 99, 96], [91, 90, 93, 92], [96, 95, 97, 95], [95, 96, 99, 98]];

    [Fact]
    public void The_looms_of_the_textbook_have_its_components_and_its_interval()
    {
        // MS(looms) = 29.73, MSE = 1.90, so σ² = 1.90 and σ²(looms) = (29.73 − 1.90)/4 = 6.96; the mean 95.44 ± 3.182·√(29.73/16).
        var spread = SupportSpread.Of(Looms)!;
        Assert.Equal((4, 16), (spread.Sets, spread.Cells));
        Assert.Equal(95.4375, spread.Mean, 12);
        Assert.Equal(1.90, Square(spread.SeedDeviation), 2);
        Assert.Equal(6.96, Square(spread.SetDeviation), 2);
        Assert.Equal(95.4375 - (3.182446305 * Math.Sqrt(29.72916667 / 16)), spread.Interval!.Low, 1e-6);
        Assert.Equal(95.4375 + (3.182446305 * Math.Sqrt(29.72916667 / 16)), spread.Interval.High, 1e-6);
        Assert.Equal(6.96 / (6.96 + 1.90), spread.SetShare!.Value, 2);
    }

    [Fact]
    public void Two_sets_of_two_by_hand()
    {
        // Means 0.8 and 0.9; within (0.01² + 0.01² + 0.02² + 0.02²)/2 = 0.0005; between 2·(0.05² + 0.05²)/1 = 0.01, (0.01 − 0.0005)/2 = 0.00475.
        var spread = SupportSpread.Of([[0.79, 0.81], [0.88, 0.92]])!;
        Assert.Equal(0.85, spread.Mean, 12);
        Assert.Equal(0.0005, Square(spread.SeedDeviation), 12);
        Assert.Equal(0.00475, Square(spread.SetDeviation), 12);
        // s of the means is 0.0707107; 12.7062 · 0.0707107/√2 = 0.63531.
        Assert.Equal(0.85 - 0.6353102, spread.Interval!.Low, 6);
    }

    [Fact]
    public void One_seed_gives_one_deviation_of_both_together()
    {
        var spread = SupportSpread.Of([[0.7], [0.8], [0.9]])!;
        Assert.Equal(0.1, spread.SetDeviation!.Value, 12);
        Assert.Null(spread.SeedDeviation);
        Assert.Null(spread.SetShare);
        Assert.Equal(0.8 - (4.302652730 * 0.1 / Math.Sqrt(3)), spread.Interval!.Low, 8);
    }

    [Fact]
    public void One_set_says_nothing_of_another_choice_and_no_value_nothing_at_all()
    {
        var one = SupportSpread.Of([[0.7, 0.9], []])!;
        Assert.Equal((1, 2, 0.8), (one.Sets, one.Cells, Math.Round(one.Mean, 12)));
        Assert.Null(one.Interval);
        Assert.Null(one.SetDeviation);
        Assert.Equal(Math.Sqrt(0.02), one.SeedDeviation!.Value, 12);
        Assert.Null(SupportSpread.Of([[], []]));
    }

    [Fact]
    public void Sets_that_differ_less_than_seeds_differ_by_nothing()
    {
        var spread = SupportSpread.Of([[0.7, 0.9], [0.9, 0.7], [0.71, 0.9]])!;
        Assert.Equal(0, spread.SetDeviation);
        Assert.Equal(0, spread.SetShare);
        Assert.True(spread.SeedDeviation > 0.1);
        Assert.Null(SupportSpread.Of([[1, 1], [1, 1]])!.SetShare);
    }

    [Fact]
    public void Unequal_numbers_of_seeds_agree_with_sums_over_pairs()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var sets = Enumerable.Range(0, random.Next(2, 11)).Select(_ => Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.NextDouble()).ToArray()).ToArray();
            var spread = SupportSpread.Of(sets)!;
            var (between, within) = Reference(sets);
            Assert.Equal(within, spread.SeedDeviation is { } seed ? seed * seed : double.NaN, 1e-9);
            Assert.Equal(Math.Max(0, between), Square(spread.SetDeviation), 1e-9);
        }
    }

    /// <summary>Estimates are unbiased and the interval holds what it promises. Seeded: the same numbers every time.</summary>
    [Fact]
    public void Drawn_studies_give_back_what_they_were_drawn_with()
    {
        const double Set = 0.03, Seed = 0.01, Mean = 0.5;
        const int Studies = 4_000;
        var random = new Random(11);
        var (between, within, held) = (0.0, 0.0, 0);
        for (var i = 0; i < Studies; i++)
        {
            var sets = Enumerable.Range(0, 5).Select(_ =>
            {
                var shift = Normal(random) * Set;
                return Enumerable.Range(0, 3).Select(_ => Mean + shift + (Normal(random) * Seed)).ToArray();
            }).ToArray();
            var spread = SupportSpread.Of(sets)!;
            (between, within) = (between + Square(spread.SetDeviation), within + Square(spread.SeedDeviation));
            held += spread.Interval!.Low <= Mean && Mean <= spread.Interval.High ? 1 : 0;
        }

        Assert.Equal(Set * Set, between / Studies, Set * Set * 0.05);
        Assert.Equal(Seed * Seed, within / Studies, Seed * Seed * 0.05);
        Assert.InRange(held / (double)Studies, 0.94, 0.96);
    }

    /// <summary>Each quantile leaves 2.5 % above it: the density is integrated.</summary>
    [Fact]
    public void Quantiles_are_students()
    {
        for (var sets = 2; sets <= SupportSpread.MostSets; sets++)
        {
            // Means 0 and 1 alternating have a known deviation, so the half width gives the quantile away.
            double[][] values = [.. Enumerable.Range(0, sets).Select(i => new[] { (double)(i % 2) })];
            var mean = values.Average(v => v[0]);
            var deviation = Math.Sqrt(values.Sum(v => (v[0] - mean) * (v[0] - mean)) / (sets - 1));
            var t = (SupportSpread.Of(values)!.Interval!.High - mean) * Math.Sqrt(sets) / deviation;
            Assert.Equal(0.975, 0.5 + Simpson(x => Density(x, sets - 1), 0, t), 1e-9);
        }

        Assert.Throws<ArgumentException>(() => SupportSpread.Of(Enumerable.Range(0, SupportSpread.MostSets + 1).Select(_ => new[] { 0.5 })));
    }

    private static (double Between, double Within) Reference(double[][] sets)
    {
        double cells = sets.Sum(set => set.Length);
        var all = sets.SelectMany(set => set).ToArray();
        var (total, inside) = (Pairs(all), sets.Sum(Pairs));
        var within = cells > sets.Length ? inside / (cells - sets.Length) : double.NaN;
        var n0 = (cells - (sets.Sum(set => (double)set.Length * set.Length) / cells)) / (sets.Length - 1);
        return ((((total - inside) / (sets.Length - 1)) - (double.IsNaN(within) ? 0 : within)) / n0, within);
    }

    /// <summary>Σ(y − ȳ)² = Σ over pairs of (y − y′)²/n.</summary>
    private static double Pairs(double[] values)
    {
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            for (var j = i + 1; j < values.Length; j++)
                sum += (values[i] - values[j]) * (values[i] - values[j]);
        }

        return sum / values.Length;
    }

    private static double Density(double x, int degrees)
    {
        // Γ((ν+1)/2)/Γ(ν/2) by the recursion from Γ(1) and Γ(1/2).
        var ratio = degrees % 2 == 0 ? Math.Sqrt(Math.PI) / 2 : 1 / Math.Sqrt(Math.PI);
        for (var v = degrees % 2 == 0 ? 2 : 1; v < degrees; v += 2)
            ratio *= (v + 1.0) / v;
        return ratio / Math.Sqrt(degrees * Math.PI) * Math.Pow(1 + (x * x / degrees), -(degrees + 1) / 2.0);
    }

    private static double Simpson(Func<double, double> f, double from, double to)
    {
        const int Steps = 20_000;
        var h = (to - from) / Steps;
        var sum = f(from) + f(to);
        for (var i = 1; i < Steps; i++)
            sum += (i % 2 == 0 ? 2 : 4) * f(from + (i * h));
        return sum * h / 3;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Square(double? value) => value!.Value * value.Value;
}
