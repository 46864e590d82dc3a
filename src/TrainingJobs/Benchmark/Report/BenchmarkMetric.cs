using FewShotAD.Domain.Evaluation;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>The numbers of a row that are averaged and compared; each from 0 to 1, larger is better.</summary>
public enum BenchmarkMetric
{
    ImageAuroc,
    ImageAveragePrecision,
    ImageF1Max,
    PixelAuroc,
    PixelAveragePrecision,
    Aupro,
}

internal static class BenchmarkMetrics
{
    public static IReadOnlyList<BenchmarkMetric> All { get; } = Enum.GetValues<BenchmarkMetric>();

    /// <summary>Null where the data cannot say: one class only, no masks.</summary>
    public static double? Value(this EvaluationMetrics metrics, BenchmarkMetric metric) => metric switch
    {
        BenchmarkMetric.ImageAuroc => metrics.ImageAuroc,
        BenchmarkMetric.ImageAveragePrecision => metrics.ImageAveragePrecision,
        BenchmarkMetric.ImageF1Max => metrics.ImageF1Max,
        BenchmarkMetric.PixelAuroc => metrics.PixelAuroc,
        BenchmarkMetric.PixelAveragePrecision => metrics.PixelAveragePrecision,
        BenchmarkMetric.Aupro => metrics.Aupro,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, null),
    };
}
