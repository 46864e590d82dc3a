namespace FewShotAD.Domain.Evaluation;

/// <summary>How far the ranking metrics of a test set may be off because it has only so many images.</summary>
public sealed record RankingIntervals(Interval Auroc, Interval AveragePrecision, Interval F1Max);

/// <summary>
/// Percentile bootstrap, stratified by label: as many good and as many defective images as there are, drawn with replacement, over
/// and over. Scores are sorted once; each resample then only counts how often each score was drawn, so one costs O(n).
/// </summary>
public static class RankingBootstrap
{
    public const int Resamples = 2_000;

    public const double Confidence = 0.95;

    /// <summary>Any number would do; it is fixed so that the same scores give the same interval.</summary>
    public const int Seed = 2_312;

    /// <summary>Of one image each resample draws the same again, and an interval of no width would look certain.</summary>
    public const int LeastOfAClass = 2;

    /// <param name="scores">Larger is stranger; every one a number.</param>
    /// <param name="positive">As many labels.</param>
    /// <returns>Null with fewer than <see cref="LeastOfAClass"/> images of a class.</returns>
    public static RankingIntervals? Of(
        ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive, int seed = Seed, int resamples = Resamples, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        var (ups, rights, groups) = Rank(scores, positive);
        if (ups.Length < LeastOfAClass || rights.Length < LeastOfAClass)
            return null;
        var random = new Random(seed);
        var (up, right) = (new int[groups], new int[groups]);
        var (auroc, precision, f1) = (new double[resamples], new double[resamples], new double[resamples]);
        for (var i = 0; i < resamples; i++)
        {
            ct.ThrowIfCancellationRequested();
            Draw(ups, up, random);
            Draw(rights, right, random);
            (auroc[i], precision[i], f1[i]) = Measure(up, right, ups.Length, rights.Length);
        }

        return new RankingIntervals(Middle(auroc), Middle(precision), Middle(f1));
    }

    /// <summary>For each positive and each negative which of the distinct scores it has, counted from the highest.</summary>
    private static (int[] Positives, int[] Negatives, int Groups) Rank(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive)
    {
        if (scores.Length != positive.Length)
            throw new ArgumentException($"{scores.Length} scores have {positive.Length} labels.", nameof(positive));
        var keys = scores.ToArray();
        if (keys.Any(double.IsNaN))
            throw new ArgumentException("A score is not a number.", nameof(scores));
        var labels = positive.ToArray();
        Array.Sort(keys, labels);
        var (positives, negatives, group) = (new List<int>(), new List<int>(), -1);
        for (var i = keys.Length - 1; i >= 0; i--)
        {
            if (i == keys.Length - 1 || keys[i] != keys[i + 1])
                group++;
            (labels[i] ? positives : negatives).Add(group);
        }

        return ([.. positives], [.. negatives], group + 1);
    }

    private static void Draw(int[] groups, int[] counts, Random random)
    {
        Array.Clear(counts);
        for (var i = 0; i < groups.Length; i++)
            counts[groups[random.Next(groups.Length)]]++;
    }

    /// <summary>The sums of <see cref="RankingCurve"/> over counts.</summary>
    private static (double Auroc, double AveragePrecision, double F1Max) Measure(int[] up, int[] right, int positives, int negatives)
    {
        long truePositives = 0, falsePositives = 0;
        double area = 0, precisionSum = 0, bestF1 = 0;
        for (var g = 0; g < up.Length; g++)
        {
            if (up[g] + right[g] == 0)
                continue;
            area += right[g] * (truePositives + (up[g] / 2.0));
            truePositives += up[g];
            falsePositives += right[g];
            precisionSum += up[g] * ((double)truePositives / (truePositives + falsePositives));
            bestF1 = Math.Max(bestF1, 2.0 * truePositives / (truePositives + falsePositives + positives));
        }

        return (area / positives / negatives, precisionSum / positives, bestF1);
    }

    private static Interval Middle(double[] values)
    {
        Array.Sort(values);
        return new Interval(Quantile(values, (1 - Confidence) / 2), Quantile(values, (1 + Confidence) / 2));
    }

    /// <summary>Linear between the two nearest values (type 7).</summary>
    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }
}
