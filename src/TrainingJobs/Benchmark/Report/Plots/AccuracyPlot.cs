using System.Globalization;

namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

/// <summary>A panel for each category: where on the feature grid the discriminator still tells f0 from f1, averaged over the seeds.</summary>
internal static class AccuracyPlot
{
    private const double BarWidth = 220;

    public static bool Shows(BenchmarkRow row) => row.Look?.Accuracy is not null;

    /// <param name="rows">Of one method, K and arm, each with an accuracy, as <see cref="OrderedRows"/> gives them; at least one.</param>
    public static byte[] Draw(IReadOnlyList<BenchmarkRow> rows, CancellationToken ct)
    {
        var cell = rows[0].Cell;
        var categories = rows.GroupBy(row => row.Cell.Category).ToList();
        var text = new FigureText(
            $"{cell.Method.Name()}, {ReportWords.Count(cell.Shots, "shot", "shots")}: accuracy of the discriminator",
            "By position behind the last step, averaged over the seeds. At 0.5 it can do no more than guess: there the features look alike.",
            "column of the feature grid", "row of the feature grid");
        var tallest = rows.Max(row => (double)row.Look!.Height / row.Look.Width);
        using var figure = new Figure(text, categories.Count, mostColumns: 3, tallest, [new LegendEntry(null, BarWidth, Bar)], legendHeight: 38);
        for (var i = 0; i < categories.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            // Seeds of one recipe have one grid; should that change, the first one's size decides.
            var size = Size(categories[i].First().Look!);
            var looks = categories[i].Select(row => row.Look!).Where(look => Size(look) == size).ToList();
            var mean = Enumerable.Range(0, looks[0].Accuracy!.Count).Select(at => looks.Average(look => (double)look.Accuracy![at])).ToList();
            var name = string.Create(
                CultureInfo.InvariantCulture, $"{mean.Average():0.00} ({mean.Min():0.00} to {mean.Max():0.00}) · {categories[i].Key}");
            Panel(figure.Canvas, figure.Panel(i, name), mean, looks[0].Height, looks[0].Width);
        }

        return figure.Finish();
    }

    private static (int Height, int Width) Size(FeatureLook look) => (look.Height, look.Width);

    private static void Panel(SvgCanvas canvas, PanelArea area, List<double> accuracy, int height, int width)
    {
        var (x, y) = (new Axis(0, width, area.Left, area.Right), new Axis(0, height, area.Top, area.Bottom));
        PanelFrame.Draw(canvas, area, x, y);
        // One path for each colour, not one for each position: a grid may have thousands.
        foreach (var level in Enumerable.Range(0, accuracy.Count).GroupBy(at => AccuracyColour.Level(accuracy[at])).OrderBy(level => level.Key))
        {
            var path = new SvgPath();
            foreach (var at in level)
            {
                var (column, row) = (at % width, at / width);
                path.Box(x.At(column), y.At(row), x.At(column + 1) - x.At(column), y.At(row + 1) - y.At(row));
            }

            canvas.Path(path, SvgStyle.Position, AccuracyColour.Hex(level.Key));
        }

        canvas.Rectangle(area.Left, area.Top, area.Width, area.Height, SvgStyle.Frame);
    }

    private static void Bar(SvgCanvas canvas, double left, double top)
    {
        const double height = 12;
        var step = BarWidth / AccuracyColour.Levels;
        for (var level = 0; level < AccuracyColour.Levels; level++)
            canvas.Path(new SvgPath().Box(left + (level * step), top - 6, step, height), SvgStyle.Position, AccuracyColour.Hex(level));
        canvas.Rectangle(left, top - 6, BarWidth, height, SvgStyle.Frame);
        foreach (var (value, label, anchor) in new[]
        {
            (0.0, "0", TextAnchor.Start), (0.5, "0.5 = guessing", TextAnchor.Middle), (1.0, "1 = tells apart", TextAnchor.Start),
        })
        {
            var x = left + (value * BarWidth);
            canvas.Line(x, top - 8, x, top + 10, SvgStyle.Frame);
            canvas.Text(x, top + 22, label, SvgStyle.Tick, anchor);
        }
    }
}
