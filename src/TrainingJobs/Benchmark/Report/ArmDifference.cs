using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>What the mean difference, its deviation and its intervals are taken over.</summary>
public enum DifferenceUnit
{
    /// <summary>One difference for each seed of one category.</summary>
    Seeds,

    /// <summary>One difference for each category, the mean of those of its seeds.</summary>
    Categories,
}

public enum DifferenceFinding
{
    /// <summary>An interval holds 0, or there are too few pairs for one. It does not say that the arms are equal.</summary>
    NotShown,

    /// <summary>Every interval given lies above 0.</summary>
    Gain,

    /// <summary>Every interval given lies below 0.</summary>
    Loss,
}

/// <summary>From low to high, for a confidence of <see cref="StudentInterval.Confidence"/>.</summary>
public sealed record Interval(double Low, double High);

/// <summary>Arm − reference, paired: only cells that have the method, K, category and seed in common, and with them the support set.</summary>
/// <param name="Category">Null: over all categories.</param>
/// <param name="Pairs">Of cells that went in.</param>
/// <param name="Units">n of mean, deviation and Student's interval.</param>
/// <param name="Sd">Sample standard deviation (n − 1) over the units; null when n &lt; 2.</param>
/// <param name="Student">Paired t interval over the units; null when n &lt; 2.</param>
/// <param name="Bootstrap">Percentiles over resampled categories and seeds within each; over all categories only, null when n &lt; 2.</param>
public sealed record ArmDifference(
    DetectionMethod Method, int Shots, BenchmarkArm Arm, BenchmarkArm Reference, string? Category, BenchmarkMetric Metric,
    int Pairs, DifferenceUnit Unit, int Units, double Mean, double? Sd, Interval? Student, Interval? Bootstrap, DifferenceFinding Finding);
