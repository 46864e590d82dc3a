namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

/// <summary>Two panels for each category, on the same axes: f0 and f1 ahead of training and behind it, for the first seed.</summary>
internal static class FeaturePlot
{
    private const double CrossArm = 2.2;

    private static readonly LegendEntry[] Legend =
    [
        new("f0", 10, (canvas, x, y) => canvas.Path(new SvgPath().Dot(x + 5, y), SvgStyle.F0)),
        new("f1", 10, (canvas, x, y) => canvas.Path(new SvgPath().Cross(x + 5, y, CrossArm), SvgStyle.F1)),
    ];

    public static bool Shows(BenchmarkRow row) => row.Look is not null;

    /// <param name="rows">Of one method, K and arm, each with a look, as <see cref="OrderedRows"/> gives them; at least one.</param>
    public static byte[] Draw(IReadOnlyList<BenchmarkRow> rows, CancellationToken ct)
    {
        var cell = rows[0].Cell;
        var first = rows.GroupBy(row => row.Cell.Category).Select(category => category.First()).ToList();
        var text = new FigureText(
            $"{ReportWords.Name(cell.Method, cell.Arm)}, {ReportWords.Count(cell.Shots, "shot", "shots")}: the features compared",
            "The first seed of each category; the same images before and after training, on the two main axes of all of their features.",
            "first main axis", "second main axis");
        using var figure = new Figure(text, first.Count * 2, mostColumns: first.Count == 1 ? 2 : 4, aspect: 1, Legend);
        for (var i = 0; i < first.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            var (category, look) = (first[i].Cell.Category, first[i].Look!);
            FeaturePoint[] all = [.. look.Before.F0, .. look.Before.F1, .. look.After.F0, .. look.After.F1];
            Panel(figure.Canvas, figure.Panel(i * 2, "before · " + category), look.Before, all);
            Panel(figure.Canvas, figure.Panel((i * 2) + 1, "after · " + category), look.After, all);
        }

        return figure.Finish();
    }

    private static void Panel(SvgCanvas canvas, PanelArea area, FeatureCloud cloud, FeaturePoint[] all)
    {
        if (cloud.F0.Count + cloud.F1.Count == 0)
        {
            PanelFrame.Empty(canvas, area, "no features");
            return;
        }

        var x = Axis.Around(all.Select(point => (double)point.X), area.Left, area.Right);
        var y = Axis.Around(all.Select(point => (double)point.Y), area.Bottom, area.Top);
        PanelFrame.Draw(canvas, area, x, y);
        var (dots, crosses) = (new SvgPath(), new SvgPath());
        foreach (var point in cloud.F0)
            dots.Dot(x.At(point.X), y.At(point.Y));
        foreach (var point in cloud.F1)
            crosses.Cross(x.At(point.X), y.At(point.Y), CrossArm);
        canvas.Path(dots, SvgStyle.F0);
        canvas.Path(crosses, SvgStyle.F1);
    }
}
