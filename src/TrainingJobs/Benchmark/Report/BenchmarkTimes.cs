using System.Globalization;
using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>Seconds of the wall clock, summed over cells.</summary>
internal static class BenchmarkTimes
{
    public static double Total(IReadOnlyList<BenchmarkRow> rows) => Training(rows) + rows.Sum(row => row.Seconds.Fit + row.Seconds.Score);

    /// <summary>A line for each method and arm.</summary>
    public static IEnumerable<IReadOnlyList<string>> Table(IReadOnlyList<BenchmarkRow> rows) =>
        rows.GroupBy(row => (row.Cell.Method, row.Cell.Arm)).OrderBy(arm => arm.Key.Method).ThenBy(arm => arm.Key.Arm).Select(arm => new[]
        {
            ReportWords.Name(arm.Key.Method, arm.Key.Arm),
            arm.Count().ToString(CultureInfo.InvariantCulture),
            ReportWords.Duration(Training([.. arm])),
            ReportWords.Duration(arm.Sum(row => row.Seconds.Fit)),
            ReportWords.Duration(arm.Sum(row => row.Seconds.Score)),
        });

    /// <summary>UniAD trains one model for all categories and says its time at each of them.</summary>
    private static double Training(IReadOnlyList<BenchmarkRow> rows) =>
        rows.Where(row => row.Cell.Method != DetectionMethod.UniAd).Sum(row => row.Seconds.Train)
        + rows.Where(row => row.Cell.Method == DetectionMethod.UniAd)
            .GroupBy(row => (row.Cell.Arm, row.Cell.Shots, row.Cell.Seed))
            .Sum(model => model.Max(row => row.Seconds.Train));
}
