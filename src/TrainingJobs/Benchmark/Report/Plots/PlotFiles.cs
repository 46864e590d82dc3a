using System.Globalization;

namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

/// <param name="Name">Of the file; made of our own words only, so that no folder's name gets into a path.</param>
/// <param name="Title">For a heading or the text that stands for the figure.</param>
internal sealed record PlotFile(string Name, string Title, byte[] Svg);

/// <summary>All figures of a benchmark, each with its categories as panels.</summary>
internal static class PlotFiles
{
    /// <param name="rows">As <see cref="OrderedRows"/> gives them.</param>
    public static IReadOnlyList<PlotFile> Of(IReadOnlyList<BenchmarkRow> rows, CancellationToken ct)
    {
        var files = new List<PlotFile>();
        foreach (var group in rows.GroupBy(row => (row.Cell.Method, row.Cell.Shots)))
        {
            var cell = group.First().Cell;
            files.Add(File("roc", cell, withArm: false, "ROC of the image scores", RocPlot.Draw([.. group], ct)));
            foreach (var arm in group.GroupBy(row => row.Cell.Arm))
                files.AddRange(OfArm([.. arm], ct));
        }

        return files;
    }

    private static IEnumerable<PlotFile> OfArm(IReadOnlyList<BenchmarkRow> rows, CancellationToken ct)
    {
        var cell = rows[0].Cell;
        yield return File("scores", cell, withArm: true, "image scores of normals and defectives", ScorePlot.Draw(rows, ct));
        if (rows.Where(FeaturePlot.Shows).ToList() is { Count: > 0 } looks)
            yield return File("features", cell, withArm: true, "the features compared, before and after training", FeaturePlot.Draw(looks, ct));
        if (rows.Where(AccuracyPlot.Shows).ToList() is { Count: > 0 } accuracies)
            yield return File("accuracy", cell, withArm: true, "accuracy of the discriminator by position", AccuracyPlot.Draw(accuracies, ct));
    }

    private static PlotFile File(string kind, BenchmarkCell cell, bool withArm, string what, byte[] svg)
    {
        var arm = withArm && cell.Arm != BenchmarkArm.Baseline ? "-" + cell.Arm.ToString().ToLowerInvariant() : "";
        var shots = cell.Shots.ToString(CultureInfo.InvariantCulture);
        var name = withArm ? ReportWords.Name(cell.Method, cell.Arm) : cell.Method.Name();
        return new PlotFile($"{kind}-{cell.Method.ToString().ToLowerInvariant()}{arm}-k{shots}.svg", $"{name}, K = {shots}: {what}", svg);
    }
}
