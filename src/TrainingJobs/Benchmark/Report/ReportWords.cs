using System.Globalization;
using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>How the report and its figures call things and write numbers.</summary>
internal static class ReportWords
{
    public const string Missing = "–";

    public static string Name(this DetectionMethod method) => method switch
    {
        DetectionMethod.RegAd => "RegAD",
        DetectionMethod.UniAd => "UniAD",
        DetectionMethod.PatchCore => "PatchCore",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, null),
    };

    public static string Name(this BenchmarkArm arm) => arm switch
    {
        BenchmarkArm.Untrained => "untrained",
        BenchmarkArm.Plain => "plain",
        BenchmarkArm.Adversarial => "adversarial",
        BenchmarkArm.Baseline => "no training",
        _ => throw new ArgumentOutOfRangeException(nameof(arm), arm, null),
    };

    /// <summary>A method that has no training has one arm, which goes without saying.</summary>
    public static string Name(DetectionMethod method, BenchmarkArm arm) =>
        arm == BenchmarkArm.Baseline ? method.Name() : $"{method.Name()} {arm.Name()}";

    public static string Name(this BenchmarkMetric metric) => metric switch
    {
        BenchmarkMetric.ImageAuroc => "image AUROC",
        BenchmarkMetric.ImageAveragePrecision => "image AP",
        BenchmarkMetric.ImageF1Max => "image F1-max",
        BenchmarkMetric.PixelAuroc => "pixel AUROC",
        BenchmarkMetric.PixelAveragePrecision => "pixel AP",
        BenchmarkMetric.Aupro => "AUPRO",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, null),
    };

    public static string Name(this DifferenceFinding finding) => finding switch
    {
        DifferenceFinding.Gain => "gain",
        DifferenceFinding.Loss => "loss",
        DifferenceFinding.NotShown => "no difference shown",
        _ => throw new ArgumentOutOfRangeException(nameof(finding), finding, null),
    };

    public static string Number(double value) => value.ToString("0.000;−0.000", CultureInfo.InvariantCulture);

    /// <summary>With its sign, and one place more than the numbers it is a difference of.</summary>
    public static string Signed(double value) => value.ToString("+0.0000;−0.0000;0.0000", CultureInfo.InvariantCulture);

    public static string Range(Interval? interval) => interval is null ? Missing : $"{Signed(interval.Low)} to {Signed(interval.High)}";

    public static string Spread(MetricSummary? summary) => summary switch
    {
        { Mean: { } mean, Sd: { } sd } => $"{Number(mean)} ± {Number(sd)}",
        { Mean: { } mean } => Number(mean),
        _ => Missing,
    };

    public static string Count(int count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");

    /// <summary>Of the wall clock: "12.3 s", "4 min 5 s", "3 h 20 min".</summary>
    public static string Duration(double seconds)
    {
        var culture = CultureInfo.InvariantCulture;
        if (seconds < 59.95)
            return string.Create(culture, $"{seconds:0.0} s");
        var whole = (long)Math.Round(seconds);
        return whole < 3_600
            ? string.Create(culture, $"{whole / 60} min {whole % 60} s")
            : string.Create(culture, $"{whole / 3_600} h {whole % 3_600 / 60} min");
    }
}
