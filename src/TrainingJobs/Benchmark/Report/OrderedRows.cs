namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>
/// The rows in one order, whatever order they were measured in: sums and draws of random numbers depend on it, and the same rows must
/// give the same bytes. What no figure could show is refused here, with the cell that has it.
/// </summary>
internal static class OrderedRows
{
    /// <exception cref="ArgumentException">A cell occurs twice, or a number is not finite, or a grid is not of its size.</exception>
    public static IReadOnlyList<BenchmarkRow> Of(IEnumerable<BenchmarkRow> rows)
    {
        var ordered = rows
            .OrderBy(row => row.Cell.Method).ThenBy(row => row.Cell.Shots).ThenBy(row => row.Cell.Arm)
            .ThenBy(row => row.Cell.Category, StringComparer.Ordinal).ThenBy(row => row.Cell.Seed)
            .ToList();
        for (var i = 0; i < ordered.Count; i++)
        {
            if (i > 0 && ordered[i].Cell == ordered[i - 1].Cell)
                throw new ArgumentException($"{ordered[i].Cell} was measured twice.", nameof(rows));
            Check(ordered[i]);
        }

        return ordered;
    }

    private static void Check(BenchmarkRow row)
    {
        foreach (var metric in BenchmarkMetrics.All)
            Finite(row, metric.ToString(), row.Metrics.Value(metric) ?? 0);
        foreach (var image in row.Images)
            Finite(row, "the score of " + image.Image, image.Score);
        if (row.Look is not { } look)
            return;
        foreach (var point in (IEnumerable<FeaturePoint>)[.. look.Before.F0, .. look.Before.F1, .. look.After.F0, .. look.After.F1])
            Finite(row, "a feature", (double)point.X + point.Y);
        if (look.Accuracy is not { } accuracy)
            return;
        if (look.Height < 1 || look.Width < 1 || accuracy.Count != look.Height * look.Width)
            throw new ArgumentException($"{row.Cell} has {accuracy.Count} accuracies for a grid of {look.Height}×{look.Width}.", nameof(row));
        foreach (var value in accuracy)
            Finite(row, "the discriminator's accuracy", value);
    }

    private static void Finite(BenchmarkRow row, string what, double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException($"In {row.Cell}, {what} is not a finite number.", nameof(row));
    }
}
