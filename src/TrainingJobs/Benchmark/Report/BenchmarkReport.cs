using System.Text;
using FewShotAD.TrainingJobs.Benchmark.Report.Plots;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>From the rows of a benchmark to files: <c>report.json</c>, <c>report.md</c> and the figures it shows.</summary>
public static class BenchmarkReport
{
    public const string JsonName = "report.json";
    public const string PageName = "report.md";
    public const string PlotFolder = "plots";

    /// <summary>
    /// Writes or replaces the report. The same arguments give the same bytes. A stop leaves whole files only, and the page last:
    /// where it is, its figures are.
    /// </summary>
    /// <param name="folder">Made when it is missing.</param>
    /// <param name="rows">In any order, at least one; each cell once.</param>
    /// <exception cref="ArgumentException">There are no rows, a cell occurs twice, or a number is not finite.</exception>
    public static void Write(
        string folder, BenchmarkSettings settings, Machine machine, IReadOnlyList<BenchmarkRow> rows, CancellationToken ct)
    {
        if (rows.Count == 0)
            throw new ArgumentException("A report needs at least one row.", nameof(rows));
        var ordered = OrderedRows.Of(rows);
        var statistics = BenchmarkStatistics.Of(ordered, ct);
        var plots = PlotFiles.Of(ordered, ct);
        var json = new BenchmarkReportFile(BenchmarkReportFile.CurrentVersion, settings, machine, [.. ordered.Select(ReportedRow.Of)], statistics);
        var page = ReportPage.Of(settings, machine, ordered, statistics, plots);

        Directory.CreateDirectory(Path.Combine(folder, PlotFolder));
        foreach (var plot in plots)
            Write(Path.Combine(folder, PlotFolder, plot.Name), plot.Svg, ct);
        Write(Path.Combine(folder, JsonName), json.ToBytes(), ct);
        Write(Path.Combine(folder, PageName), Encoding.UTF8.GetBytes(page), ct);
    }

    private static void Write(string path, byte[] bytes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}
