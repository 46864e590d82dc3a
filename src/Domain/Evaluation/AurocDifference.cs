namespace FewShotAD.Domain.Evaluation;

/// <summary>
/// How two models' AUROCs on the same images differ, with its interval. DeLong, DeLong and Clarke-Pearson (1988): the AUROC is a mean of
/// placements, of each positive among the negatives and of each negative among the positives, so its variance is that of the
/// placements, and images that both models find hard cancel out. O(n log n) instead of thousands of resamples.
/// </summary>
/// <param name="Value">The second less the first.</param>
/// <param name="Interval">Of 95 %; null with fewer than two images of a class.</param>
public sealed record AurocDifference(double Value, Interval? Interval)
{
    /// <summary>97.5 % quantile of the normal distribution.</summary>
    private const double Normal = 1.959963984540054;

    private const int LeastOfAClass = 2;

    /// <param name="first">Of every image, larger is stranger; every one a number.</param>
    /// <param name="second">Of the same images in the same order.</param>
    /// <param name="positive">As many labels.</param>
    /// <returns>Null where a class is missing.</returns>
    public static AurocDifference? Of(IReadOnlyList<double> first, IReadOnlyList<double> second, IReadOnlyList<bool> positive)
    {
        if (first.Count != positive.Count || second.Count != positive.Count)
            throw new ArgumentException($"{first.Count} and {second.Count} scores have {positive.Count} labels.", nameof(positive));
        var (a, b) = (Placements(first, positive), Placements(second, positive));
        if (a.OfPositives.Length == 0 || a.OfNegatives.Length == 0)
            return null;
        var value = b.OfPositives.Average() - a.OfPositives.Average();
        if (a.OfPositives.Length < LeastOfAClass || a.OfNegatives.Length < LeastOfAClass)
            return new AurocDifference(value, null);
        var variance = VarianceOfMean(a.OfPositives, b.OfPositives) + VarianceOfMean(a.OfNegatives, b.OfNegatives);
        var reach = Normal * Math.Sqrt(variance);
        return new AurocDifference(value, new Interval(Math.Max(-1, value - reach), Math.Min(1, value + reach)));
    }

    /// <summary>For each positive the share of negatives below it, for each negative that of positives above it; level ones count half.</summary>
    private static (double[] OfPositives, double[] OfNegatives) Placements(IReadOnlyList<double> scores, IReadOnlyList<bool> positive)
    {
        double[] up = [.. scores.Where((_, i) => positive[i])];
        double[] down = [.. scores.Where((_, i) => !positive[i])];
        double[] sortedUp = [.. up.Order()], sortedDown = [.. down.Order()];
        return (
            [.. up.Select(score => (LineScores.Below(sortedDown, score) + LineScores.Below(sortedDown, Math.BitIncrement(score))) / 2.0 / down.Length)],
            [.. down.Select(score => 1 - ((LineScores.Below(sortedUp, score) + LineScores.Below(sortedUp, Math.BitIncrement(score))) / 2.0 / up.Length))]);
    }

    /// <summary>Of the mean of the paired differences.</summary>
    private static double VarianceOfMean(double[] a, double[] b)
    {
        double[] differences = [.. b.Zip(a, (y, x) => y - x)];
        var mean = differences.Average();
        return differences.Sum(d => (d - mean) * (d - mean)) / (differences.Length - 1) / differences.Length;
    }
}
