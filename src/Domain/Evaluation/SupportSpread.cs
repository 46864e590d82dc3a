namespace FewShotAD.Domain.Evaluation;

/// <summary>
/// A measured number over several support sets and several seeds each, by the one-way random-effects model y = μ + set + seed within set
/// (Searle, Casella and McCulloch, Variance Components, 1992, chapter 3): expectations of the mean squares, equal numbers of seeds or not.
/// </summary>
/// <param name="Mean">Of the sets' means, so that a set with fewer cells counts as much.</param>
/// <param name="Interval">95 % for μ: the mean ± t(sets − 1)·s/√sets with s the deviation of the sets' means. Null for one set. Exact where all sets have as many seeds.</param>
/// <param name="SetDeviation">How much another choice of shots moves it, one standard deviation. Null for one set; 0 where sets differ no more than seeds make them.</param>
/// <param name="SeedDeviation">How much another seed moves it. Null with one seed a set: then <paramref name="SetDeviation"/> is of both together.</param>
public sealed record SupportSpread(int Sets, int Cells, double Mean, Interval? Interval, double? SetDeviation, double? SeedDeviation)
{
    public const double Confidence = 0.95;

    /// <summary>Student's t, two-sided at <see cref="Confidence"/>, for 1 to 9 degrees of freedom.</summary>
    private static readonly double[] StudentT =
    [
        12.706204736174694, 4.302652729749464, 3.182446305283708, 2.7764451051977934, 2.5705818356363146,
        2.4469118511449786, 2.364624251592784, 2.306004135204166, 2.262157162798205,
    ];

    /// <summary>As many sets as there are quantiles for.</summary>
    public static int MostSets => StudentT.Length + 1;

    /// <summary>What part of the variance is between sets; null where the two cannot be told apart, or nothing varies.</summary>
    public double? SetShare => (SetDeviation, SeedDeviation) switch
    {
        ({ } set, { } seed) when set > 0 || seed > 0 => set * set / ((set * set) + (seed * seed)),
        _ => null,
    };

    /// <param name="bySet">The values of each set; sets without one are left out.</param>
    /// <returns>Null without any value.</returns>
    public static SupportSpread? Of(IEnumerable<IReadOnlyList<double>> bySet)
    {
        var sets = bySet.Where(set => set.Count > 0).ToList();
        if (sets.Count == 0)
            return null;
        if (sets.Count > MostSets)
            throw new ArgumentException($"{sets.Count} sets are more than {MostSets}.", nameof(bySet));
        var cells = sets.Sum(set => set.Count);
        var means = sets.Select(set => set.Average()).ToList();
        var mean = means.Average();
        double? within = cells > sets.Count ? sets.Zip(means, (set, m) => set.Sum(value => Square(value - m))).Sum() / (cells - sets.Count) : null;
        if (sets.Count == 1)
            return new SupportSpread(1, cells, mean, null, null, Root(within));
        var half = StudentT[sets.Count - 2] * Math.Sqrt(means.Sum(m => Square(m - mean)) / (sets.Count - 1) / sets.Count);
        return new SupportSpread(sets.Count, cells, mean, new Interval(mean - half, mean + half), Root(Between(sets, means, within ?? 0)), Root(within));
    }

    /// <summary>(MSB − MSW)/n₀ with n₀ = (N − Σn²/N)/(sets − 1); a negative estimate says that there is nothing to see.</summary>
    private static double Between(List<IReadOnlyList<double>> sets, List<double> means, double within)
    {
        double cells = sets.Sum(set => set.Count);
        var grand = sets.Sum(set => set.Sum()) / cells;
        var squares = sets.Zip(means, (set, m) => set.Count * Square(m - grand)).Sum() / (sets.Count - 1);
        var weight = (cells - (sets.Sum(set => Square(set.Count)) / cells)) / (sets.Count - 1);
        return Math.Max(0, (squares - within) / weight);
    }

    private static double? Root(double? variance) => variance is { } v ? Math.Sqrt(v) : null;

    private static double Square(double value) => value * value;
}
