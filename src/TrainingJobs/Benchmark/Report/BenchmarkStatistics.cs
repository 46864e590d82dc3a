namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>Everything the report says about several cells at once.</summary>
/// <param name="Summaries">For each method, K and arm: each category, then all of them.</param>
/// <param name="Differences">For each method and K: adversarial − plain and plain − untrained, each category, then all of them.</param>
public sealed record BenchmarkStatistics(IReadOnlyList<MetricSummary> Summaries, IReadOnlyList<ArmDifference> Differences)
{
    /// <param name="rows">In any order; each cell once.</param>
    /// <exception cref="ArgumentException">A cell occurs twice, or a number is not finite.</exception>
    public static BenchmarkStatistics Of(IReadOnlyList<BenchmarkRow> rows, CancellationToken ct = default)
    {
        var ordered = OrderedRows.Of(rows);
        return new BenchmarkStatistics(SummaryTable.Of(ordered), DifferenceTable.Of(ordered, ct));
    }
}
