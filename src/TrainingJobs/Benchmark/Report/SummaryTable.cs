namespace FewShotAD.TrainingJobs.Benchmark.Report;

internal static class SummaryTable
{
    /// <param name="rows">As <see cref="OrderedRows"/> gives them.</param>
    public static IReadOnlyList<MetricSummary> Of(IReadOnlyList<BenchmarkRow> rows) =>
    [
        .. rows.GroupBy(row => (row.Cell.Method, row.Cell.Shots, row.Cell.Arm))
            .SelectMany(arm => BenchmarkMetrics.All.SelectMany(metric => Summaries([.. arm], metric))),
    ];

    /// <param name="arm">The rows of one method, K and arm.</param>
    private static IEnumerable<MetricSummary> Summaries(IReadOnlyList<BenchmarkRow> arm, BenchmarkMetric metric)
    {
        var categories = arm.GroupBy(row => row.Cell.Category)
            .Select(category => (Name: category.Key, Values: Values(category, metric)))
            .ToList();
        foreach (var (name, values) in categories)
            yield return Summary(arm[0].Cell, name, metric, values.Values, values.Count > 0 ? 1 : 0, values.Count > 0 ? 0 : 1);

        // A mean over other categories at each seed would show the categories in the deviation: all seeds or not at all.
        var seeds = arm.Select(row => row.Cell.Seed).Distinct().Order().ToList();
        var whole = categories.Where(category => seeds.All(category.Values.ContainsKey)).ToList();
        var perSeed = whole.Count == 0 ? [] : seeds.Select(seed => whole.Average(category => category.Values[seed])).ToList();
        yield return Summary(arm[0].Cell, null, metric, perSeed, whole.Count, categories.Count - whole.Count);
    }

    private static SortedDictionary<int, double> Values(IEnumerable<BenchmarkRow> rows, BenchmarkMetric metric) =>
        new(rows.Where(row => row.Metrics.Value(metric) is not null).ToDictionary(row => row.Cell.Seed, row => row.Metrics.Value(metric)!.Value));

    private static MetricSummary Summary(
        BenchmarkCell cell, string? category, BenchmarkMetric metric, IReadOnlyCollection<double> values, int categories, int leftOut)
    {
        var (mean, sd, _) = StudentInterval.Of(values);
        return new MetricSummary(
            cell.Method, cell.Arm, cell.Shots, category, metric, values.Count, categories, leftOut, values.Count > 0 ? mean : null, sd);
    }
}
