namespace FewShotAD.TrainingJobs.Benchmark.Report;

internal static class DifferenceTable
{
    /// <summary>What is compared with what: the point of the adversarial loss, and of training at all.</summary>
    private static readonly (BenchmarkArm Arm, BenchmarkArm Reference)[] Comparisons =
    [
        (BenchmarkArm.Adversarial, BenchmarkArm.Plain),
        (BenchmarkArm.Plain, BenchmarkArm.Untrained),
    ];

    /// <param name="rows">As <see cref="OrderedRows"/> gives them.</param>
    public static IReadOnlyList<ArmDifference> Of(IReadOnlyList<BenchmarkRow> rows, CancellationToken ct)
    {
        var byCell = rows.ToDictionary(row => row.Cell);
        var differences = new List<ArmDifference>();
        foreach (var group in rows.GroupBy(row => (row.Cell.Method, row.Cell.Shots)))
        {
            foreach (var (arm, reference) in Comparisons)
            {
                var pairs = group.Where(row => row.Cell.Arm == arm)
                    .Where(row => byCell.ContainsKey(row.Cell with { Arm = reference }))
                    .Select(row => (Row: row, Reference: byCell[row.Cell with { Arm = reference }]))
                    .ToList();
                foreach (var metric in BenchmarkMetrics.All)
                {
                    ct.ThrowIfCancellationRequested();
                    differences.AddRange(Differences(pairs, reference, metric));
                }
            }
        }

        return differences;
    }

    private static IEnumerable<ArmDifference> Differences(
        List<(BenchmarkRow Row, BenchmarkRow Reference)> pairs, BenchmarkArm reference, BenchmarkMetric metric)
    {
        var categories = pairs
            .Where(pair => pair.Row.Metrics.Value(metric) is not null && pair.Reference.Metrics.Value(metric) is not null)
            .GroupBy(
                pair => pair.Row.Cell.Category, pair => pair.Row.Metrics.Value(metric)!.Value - pair.Reference.Metrics.Value(metric)!.Value)
            .Select(category => (Name: category.Key, Values: category.ToArray()))
            .ToList();
        if (categories.Count == 0)
            yield break;
        var cell = pairs[0].Row.Cell;
        foreach (var (name, values) in categories)
            yield return Difference(cell, reference, name, metric, DifferenceUnit.Seeds, [values], bootstrap: null);
        var unit = categories.Count == 1 ? DifferenceUnit.Seeds : DifferenceUnit.Categories;
        var all = categories.ConvertAll(category => category.Values);
        yield return Difference(cell, reference, null, metric, unit, all, PairedBootstrap.Of(all));
    }

    private static ArmDifference Difference(
        BenchmarkCell cell, BenchmarkArm reference, string? category, BenchmarkMetric metric, DifferenceUnit unit,
        List<double[]> byCategory, Interval? bootstrap)
    {
        var values = unit == DifferenceUnit.Seeds ? byCategory[0] : [.. byCategory.Select(seeds => seeds.Average())];
        var (mean, sd, student) = StudentInterval.Of(values);
        return new ArmDifference(
            cell.Method, cell.Shots, cell.Arm, reference, category, metric, byCategory.Sum(seeds => seeds.Length), unit, values.Length, mean, sd,
            student, bootstrap, Finding(student, bootstrap));
    }

    /// <summary>Where two intervals disagree, the one that holds 0 decides: few seeds make the bootstrap too sure.</summary>
    private static DifferenceFinding Finding(params Interval?[] intervals)
    {
        var given = intervals.OfType<Interval>().ToList();
        if (given.Count > 0 && given.TrueForAll(interval => interval.Low > 0))
            return DifferenceFinding.Gain;
        return given.Count > 0 && given.TrueForAll(interval => interval.High < 0) ? DifferenceFinding.Loss : DifferenceFinding.NotShown;
    }
}
