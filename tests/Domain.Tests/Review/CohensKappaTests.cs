using FewShotAD.Domain.Review;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Review;

public sealed class CohensKappaTests
{
    private const double Z = 1.959963984540054;

    /// <summary>Cohen's own arithmetic for a 2 × 2 table: 35 of 50 agreed, 25 × 30 and 25 × 20 by chance: (0.7 − 0.5) / (1 − 0.5).</summary>
    [Fact]
    public void A_table_computed_by_hand()
    {
        var agreement = CohensKappa.Of(new double[,] { { 20, 5 }, { 10, 15 } });
        Assert.Equal((50, 35), (agreement.Count, agreement.Agreed));
        Assert.Equal(0.4, agreement.Kappa!.Value, 12);
    }

    /// <summary>Fleiss, Cohen and Everitt's own example of three categories.</summary>
    [Fact]
    public void The_example_of_fleiss_cohen_and_everitt()
    {
        // Proportions of 200 cases: κ = 0.429, standard error sqrt(0.002885) by their table 1.
        var agreement = CohensKappa.Of(new double[,] { { 106, 10, 4 }, { 22, 28, 10 }, { 2, 12, 6 } });
        Assert.Equal(0.429, agreement.Kappa!.Value, 3);
        Assert.Equal(Math.Sqrt(0.002885), (agreement.High!.Value - agreement.Low!.Value) / 2 / Z, 3);
    }

    /// <summary>The delta method by numbers: κ is differentiated in every cell, without any formula of a variance.</summary>
    [Theory]
    [MemberData(nameof(Tables))]
    public void The_interval_is_that_of_the_delta_method(double[] cells)
    {
        var table = Square(cells);
        var agreement = CohensKappa.Of(table);
        var total = cells.Sum();
        var shares = cells.Select(c => c / total).ToArray();
        Assert.Equal(Slow(shares), agreement.Kappa!.Value, 12);
        const double Step = 1e-6;
        var slopes = shares.Select((_, i) => (Slow(Moved(shares, i, Step)) - Slow(Moved(shares, i, -Step))) / (2 * Step)).ToArray();
        var mean = shares.Zip(slopes, (p, g) => p * g).Sum();
        var variance = (shares.Zip(slopes, (p, g) => p * g * g).Sum() - (mean * mean)) / total;
        Assert.Equal(Math.Clamp(agreement.Kappa.Value - (Z * Math.Sqrt(variance)), -1, 1), agreement.Low!.Value, 6);
        Assert.Equal(Math.Clamp(agreement.Kappa.Value + (Z * Math.Sqrt(variance)), -1, 1), agreement.High!.Value, 6);
    }

    public static TheoryData<double[]> Tables =>
    [
        new double[] { 20, 5, 10, 15 },
        new double[] { 3, 0, 1, 40 },
        new double[] { 30, 2, 1, 3, 25, 4, 0, 2, 9 },
        new double[] { 5, 9, 8, 7, 6, 5, 4, 9, 3 },
    ];

    [Property(MaxTest = 200)]
    public void Who_is_named_first_does_not_matter((byte, byte)[] said)
    {
        var pairs = Pairs(said);
        var (one, other) = (CohensKappa.Of(pairs), CohensKappa.Of(pairs.Select(p => (p.Other, p.One)).ToList()));
        Assert.Equal((one.Count, one.Agreed, one.Kappa is null), (other.Count, other.Agreed, other.Kappa is null));
        if (one.Kappa is null)
            return;
        Assert.Equal(one.Kappa.Value, other.Kappa!.Value, 12);
        Assert.Equal(one.Low!.Value, other.Low!.Value, 9);
        Assert.Equal(one.High!.Value, other.High!.Value, 9);
    }

    [Property(MaxTest = 200)]
    public void Who_always_agree_have_1((byte, byte)[] said)
    {
        var same = Pairs(said).Select(p => (p.One, p.One)).ToList();
        var agreement = CohensKappa.Of(same);
        if (same.Select(p => p.Item1).Distinct().Count() < 2)
        {
            // One and the same word always: agreement and chance cannot be told apart.
            Assert.Null(agreement.Kappa);
            return;
        }

        Assert.Equal((1, 1, 1), (Math.Round(agreement.Kappa!.Value, 9), Math.Round(agreement.Low!.Value, 9), Math.Round(agreement.High!.Value, 9)));
    }

    [Property(MaxTest = 200)]
    public void It_lies_in_its_interval_and_between_minus_1_and_1((byte, byte)[] said)
    {
        if (CohensKappa.Of(Pairs(said)) is not { Kappa: { } kappa, Low: { } low, High: { } high })
            return;
        Assert.InRange(kappa, -1.000001, 1.000001);
        Assert.InRange(kappa, low - 1e-9, high + 1e-9);
    }

    [Fact]
    public void Who_know_nothing_of_each_other_have_about_0_and_the_interval_covers_it_19_times_in_20()
    {
        var random = new Random(7);
        var (covered, sum) = (0, 0.0);
        const int Trials = 400;
        for (var trial = 0; trial < Trials; trial++)
        {
            var pairs = Enumerable.Range(0, 300).Select(_ => (Draw(random, 0.6, 0.3), Draw(random, 0.4, 0.4))).ToList();
            var agreement = CohensKappa.Of(pairs);
            sum += agreement.Kappa!.Value;
            covered += agreement.Low <= 0 && agreement.High >= 0 ? 1 : 0;
        }

        Assert.InRange(sum / Trials, -0.01, 0.01);
        Assert.InRange(covered / (double)Trials, 0.92, 0.98);
    }

    [Fact]
    public void Without_results_there_is_no_kappa() =>
        Assert.Equal(new Agreement(0, 0, null, null, null), CohensKappa.Of(new List<(ReviewDecision, ReviewDecision)>()));

    private static ReviewDecision Draw(Random random, double normal, double defect) =>
        random.NextDouble() is var x && x < normal ? ReviewDecision.Normal : x < normal + defect ? ReviewDecision.Defect : ReviewDecision.Unsure;

    private static List<(ReviewDecision One, ReviewDecision Other)> Pairs((byte, byte)[] said) =>
        [.. said.Select(s => ((ReviewDecision)(s.Item1 % 3), (ReviewDecision)(s.Item2 % 3)))];

    private static double Slow(double[] shares)
    {
        var size = (int)Math.Round(Math.Sqrt(shares.Length));
        // Moved cells do not add up to 1: κ of the shares that they stand for.
        var total = shares.Sum();
        var p = shares.Select(x => x / total).ToArray();
        var observed = Enumerable.Range(0, size).Sum(i => p[(i * size) + i]);
        var chance = Enumerable.Range(0, size).Sum(i => Enumerable.Range(0, size).Sum(j => p[(i * size) + j]) * Enumerable.Range(0, size).Sum(j => p[(j * size) + i]));
        return (observed - chance) / (1 - chance);
    }

    private static double[] Moved(double[] shares, int cell, double by) => [.. shares.Select((p, i) => i == cell ? p + by : p)];

    private static double[,] Square(double[] cells)
    {
        var size = (int)Math.Round(Math.Sqrt(cells.Length));
        var table = new double[size, size];
        for (var i = 0; i < cells.Length; i++)
            table[i / size, i % size] = cells[i];
        return table;
    }
}
