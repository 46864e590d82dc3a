using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>Mean, sample deviation and the interval mean ± t(n − 1)·sd/√n.</summary>
internal static class StudentInterval
{
    public const double Confidence = 0.95;

    public static (double Mean, double? Sd, Interval? Interval) Of(IReadOnlyCollection<double> values)
    {
        var (mean, sd) = values.MeanStandardDeviation();
        if (values.Count < 2)
            return (mean, null, null);
        var half = Quantile(values.Count - 1) * sd / Math.Sqrt(values.Count);
        return (mean, sd, new Interval(mean - half, mean + half));
    }

    /// <summary>The two-sided quantile of Student's t.</summary>
    public static double Quantile(int degreesOfFreedom) => StudentT.InvCDF(0, 1, degreesOfFreedom, (1 + Confidence) / 2);
}
