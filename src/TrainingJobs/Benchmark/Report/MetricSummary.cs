using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>Mean and spread of one metric over the seeds. Nothing is normalised and no epoch is chosen; an AUROC under 0.5 stays one.</summary>
/// <param name="Category">Null: over all categories, first their mean at each seed, then over the seeds.</param>
/// <param name="Seeds">n of mean and deviation.</param>
/// <param name="Categories">How many categories the number rests on.</param>
/// <param name="LeftOut">Categories that lack the metric at one of the seeds: no masks, one class only, or not measured.</param>
/// <param name="Mean">Null when nothing has the metric.</param>
/// <param name="Sd">Sample standard deviation (n − 1); null when n &lt; 2.</param>
public sealed record MetricSummary(
    DetectionMethod Method, BenchmarkArm Arm, int Shots, string? Category, BenchmarkMetric Metric, int Seeds, int Categories, int LeftOut,
    double? Mean, double? Sd);
