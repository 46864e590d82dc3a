namespace FewShotAD.Domain.Evaluation;

/// <summary>What a line makes of a model's scored images, by what is known of them.</summary>
public sealed record LineCounts(VerdictCounts Good, VerdictCounts Defective, VerdictCounts Unlabelled);

/// <summary>All scores of one model, sorted. Where a line cuts them is found by halving: any two thresholds are counted at once.</summary>
public sealed class LineScores
{
    private readonly double[] good;
    private readonly double[] defective;
    private readonly double[] unlabelled;

    private LineScores(double[] good, double[] defective, double[] unlabelled) =>
        (this.good, this.defective, this.unlabelled) = (good, defective, unlabelled);

    public IReadOnlyList<double> Good => good;

    public IReadOnlyList<double> Defective => defective;

    /// <summary>Scores of images that say nothing about the line.</summary>
    public IReadOnlyList<double> Unlabelled => unlabelled;

    public int Images => good.Length + defective.Length + unlabelled.Length;

    public bool HasBothClasses => good.Length > 0 && defective.Length > 0;

    public static LineScores Of(IEnumerable<double> good, IEnumerable<double> defective, IEnumerable<double> unlabelled) =>
        new(Sorted(good), Sorted(defective), Sorted(unlabelled));

    /// <param name="line">T1 at most T2.</param>
    public LineCounts At(LineThresholds line) => new(Judge(good, line), Judge(defective, line), Judge(unlabelled, line));

    /// <summary>Distinct scores of labelled images, from the lowest.</summary>
    internal double[] Labelled()
    {
        var all = good.Concat(defective).Distinct().ToArray();
        Array.Sort(all);
        return all;
    }

    /// <returns>How many lie below <paramref name="value"/>.</returns>
    internal static int Below(double[] sorted, double value) => Find(sorted, score => score < value);

    internal int GoodBelow(double value) => Below(good, value);

    internal int DefectiveBelow(double value) => Below(defective, value);

    private static VerdictCounts Judge(double[] sorted, LineThresholds line)
    {
        var (normal, defect) = (Find(sorted, score => score <= line.T1 && score < line.T2), sorted.Length - Below(sorted, line.T2));
        return new VerdictCounts(normal, sorted.Length - normal - defect, defect);
    }

    /// <returns>How many at the beginning hold.</returns>
    private static int Find(double[] sorted, Func<double, bool> holds)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (holds(sorted[middle]))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private static double[] Sorted(IEnumerable<double> scores)
    {
        var sorted = scores.ToArray();
        if (Array.Exists(sorted, score => !double.IsFinite(score)))
            throw new ArgumentException("A score is a finite number.", nameof(scores));
        Array.Sort(sorted);
        return sorted;
    }
}
