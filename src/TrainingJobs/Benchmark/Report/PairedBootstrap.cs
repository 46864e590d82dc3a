using MathNet.Numerics.Statistics;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>
/// Percentile bootstrap of the mean over categories in two steps: categories are drawn with replacement, then seeds within each one
/// drawn, because both are samples of what could have been measured.
/// </summary>
internal static class PairedBootstrap
{
    public const int Resamples = 10_000;

    /// <summary>Any number would do; it is fixed so that the same rows give the same interval.</summary>
    public const int Seed = 2_312;

    /// <param name="differences">By category, in an order that does not depend on when they were measured.</param>
    /// <returns>Null when there is nothing to draw between: one category with one seed.</returns>
    public static Interval? Of(IReadOnlyList<double[]> differences)
    {
        if (differences.Count == 0 || (differences.Count == 1 && differences[0].Length < 2))
            return null;
        var random = new Random(Seed);
        var means = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
            means[i] = Draw(differences, random);
        Array.Sort(means);
        return new Interval(Percentile(means, (1 - StudentInterval.Confidence) / 2), Percentile(means, (1 + StudentInterval.Confidence) / 2));
    }

    private static double Draw(IReadOnlyList<double[]> differences, Random random)
    {
        double sum = 0;
        for (var i = 0; i < differences.Count; i++)
        {
            var seeds = differences[random.Next(differences.Count)];
            double ofCategory = 0;
            for (var j = 0; j < seeds.Length; j++)
                ofCategory += seeds[random.Next(seeds.Length)];
            sum += ofCategory / seeds.Length;
        }

        return sum / differences.Count;
    }

    private static double Percentile(double[] sorted, double share) =>
        SortedArrayStatistics.QuantileCustom(sorted, share, QuantileDefinition.R7);
}
