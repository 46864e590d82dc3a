namespace FewShotAD.Domain.Scheduling;

/// <summary>How far two samples of scores lie apart.</summary>
/// <param name="Psi">Population stability index, 0 for the same distribution; above 0.25 is usually called a shift.</param>
/// <param name="Ks">Kolmogorov–Smirnov: the largest distance of the two empirical distribution functions, 0 to 1.</param>
public sealed record DriftFigures(double Psi, double Ks);

/// <summary>Drift of scores against a reference window. Both measures compare ranks, so any stretching of the scale leaves them as they are.</summary>
public static class ScoreDrift
{
    /// <summary>Bins of the index, each with a tenth of the reference.</summary>
    public const int Bins = 10;

    /// <summary>Added to each count: an empty bin would make the index infinite.</summary>
    private const double Half = 0.5;

    /// <param name="reference">At least one score each, in any order; finite.</param>
    public static DriftFigures Of(IReadOnlyCollection<double> reference, IReadOnlyCollection<double> current) =>
        new(Psi(reference, current), KolmogorovSmirnov(reference, current));

    /// <summary>Σ (c − r)·ln(c/r) over bins between the deciles of the reference, with shares r and c.</summary>
    public static double Psi(IReadOnlyCollection<double> reference, IReadOnlyCollection<double> current)
    {
        var edges = Edges([.. reference.Order()]);
        var (expected, actual) = (Shares(reference, edges), Shares(current, edges));
        var sum = 0.0;
        for (var i = 0; i < expected.Length; i++)
            sum += (actual[i] - expected[i]) * Math.Log(actual[i] / expected[i]);
        return sum;
    }

    /// <summary>max |F(x) − G(x)| over all scores x.</summary>
    public static double KolmogorovSmirnov(IReadOnlyCollection<double> reference, IReadOnlyCollection<double> current)
    {
        double[] first = [.. reference.Order()], second = [.. current.Order()];
        var (i, j, largest) = (0, 0, 0.0);
        while (i < first.Length && j < second.Length)
        {
            // Equal scores step together: between them neither function has a value.
            var x = Math.Min(first[i], second[j]);
            while (i < first.Length && first[i] <= x)
                i++;
            while (j < second.Length && second[j] <= x)
                j++;
            largest = Math.Max(largest, Math.Abs(((double)i / first.Length) - ((double)j / second.Length)));
        }

        return largest;
    }

    /// <summary>Upper edges of all bins but the last; equal deciles make one bin.</summary>
    private static double[] Edges(double[] sorted) =>
        [.. Enumerable.Range(1, Bins - 1).Select(i => sorted[Math.Max(0, (int)Math.Ceiling(i * sorted.Length / (double)Bins) - 1)]).Distinct()];

    private static double[] Shares(IReadOnlyCollection<double> scores, double[] edges)
    {
        var counts = new double[edges.Length + 1];
        foreach (var score in scores)
        {
            // The first edge that is not below the score.
            var at = Array.BinarySearch(edges, score);
            counts[at >= 0 ? at : ~at]++;
        }

        var total = scores.Count + (Half * counts.Length);
        return [.. counts.Select(count => (count + Half) / total)];
    }
}
