using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

/// <summary>A panel for each category: the arms of one method at one K, a thin line for each seed and their vertical average.</summary>
internal static class RocPlot
{
    /// <param name="rows">Of one method and K, as <see cref="OrderedRows"/> gives them; at least one.</param>
    public static byte[] Draw(IReadOnlyList<BenchmarkRow> rows, CancellationToken ct)
    {
        var (method, shots) = (rows[0].Cell.Method, rows[0].Cell.Shots);
        var categories = rows.GroupBy(row => row.Cell.Category).OrderBy(category => category.Key, StringComparer.Ordinal).ToList();
        var text = new FigureText(
            $"{method.Name()}, {ReportWords.Count(shots, "shot", "shots")}: ROC of the image scores",
            "Thick lines are the vertical average over the seeds, thin ones are single seeds. On the dotted diagonal scores say nothing.",
            "false positive rate", "true positive rate");
        using var figure = new Figure(text, categories.Count, mostColumns: 3, aspect: 1, Legend(rows));
        for (var i = 0; i < categories.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            Panel(figure.Canvas, figure.Panel(i, categories[i].Key), categories[i]);
        }

        return figure.Finish();
    }

    private static List<LegendEntry> Legend(IEnumerable<BenchmarkRow> rows) =>
        rows.Select(row => row.Cell.Arm).Distinct().Order()
            .Select(arm => new LegendEntry(
                arm.Name(), 32, (canvas, x, y) => canvas.Line(x, y, x + 32, y, $"{SvgStyle.MeanLine} {SvgStyle.Of(arm)}")))
            .ToList();

    private static void Panel(SvgCanvas canvas, PanelArea area, IEnumerable<BenchmarkRow> rows)
    {
        var arms = rows.GroupBy(row => row.Cell.Arm).OrderBy(arm => arm.Key)
            .Select(arm => (Arm: arm.Key, Curves: arm.Select(row => RocCurve.Of(row.Images)).OfType<IReadOnlyList<(double, double)>>().ToList()))
            .Where(arm => arm.Curves.Count > 0)
            .ToList();
        if (arms.Count == 0)
        {
            PanelFrame.Empty(canvas, area, "one class only");
            return;
        }

        var (x, y) = (new Axis(0, 1, area.Left, area.Right), new Axis(0, 1, area.Bottom, area.Top));
        PanelFrame.Draw(canvas, area, x, y);
        canvas.Line(x.At(0), y.At(0), x.At(1), y.At(1), SvgStyle.Diagonal);
        foreach (var (arm, curves) in arms.Where(arm => arm.Curves.Count > 1))
        {
            foreach (var curve in curves)
                canvas.Path(Path(curve, x, y), $"{SvgStyle.SeedLine} {SvgStyle.Of(arm)}");
        }

        foreach (var (arm, curves) in arms)
            canvas.Path(Path(RocCurve.Mean(curves), x, y), $"{SvgStyle.MeanLine} {SvgStyle.Of(arm)}");
    }

    private static SvgPath Path(IReadOnlyList<(double False, double True)> curve, Axis x, Axis y)
    {
        var path = new SvgPath();
        for (var i = 0; i < curve.Count; i++)
        {
            var (at, up) = (x.At(curve[i].False), y.At(curve[i].True));
            path = i == 0 ? path.Move(at, up) : path.Line(at, up);
        }

        return path;
    }
}
