namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

/// <summary>A panel for each category: how the image scores of normals and defectives lie, for the first seed of one method, K and arm.</summary>
internal static class ScorePlot
{
    private const int Bins = 24;

    /// <param name="rows">Of one method, K and arm, as <see cref="OrderedRows"/> gives them; at least one.</param>
    public static byte[] Draw(IReadOnlyList<BenchmarkRow> rows, CancellationToken ct)
    {
        var cell = rows[0].Cell;
        var first = rows.GroupBy(row => row.Cell.Category).Select(category => category.First()).ToList();
        var text = new FigureText(
            $"{ReportWords.Name(cell.Method, cell.Arm)}, {ReportWords.Count(cell.Shots, "shot", "shots")}: image scores",
            "The first seed of each category. Both classes have the same bins; heights are shares of the own class.",
            "image score", "share of the class, %");
        using var figure = new Figure(text, first.Count, mostColumns: 3, aspect: 0.72, Legend);
        figure.Canvas.Hatch(SvgStyle.HatchId, SvgStyle.DefectiveHatch);
        for (var i = 0; i < first.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            Panel(figure.Canvas, figure.Panel(i, first[i].Cell.Category), first[i].Images);
        }

        return figure.Finish();
    }

    private static readonly LegendEntry[] Legend =
    [
        new("normal", 22, (canvas, x, y) => Swatch(canvas, x, y, SvgStyle.NormalScores)),
        new("defective", 22, (canvas, x, y) => Swatch(canvas, x, y, SvgStyle.DefectiveScores)),
    ];

    private static void Swatch(SvgCanvas canvas, double x, double y, string style) => Fill(canvas, new SvgPath().Box(x, y - 6, 22, 12), style);

    private static void Panel(SvgCanvas canvas, PanelArea area, IReadOnlyList<ImageOutcome> images)
    {
        if (images.Count == 0)
        {
            PanelFrame.Empty(canvas, area, "no test images");
            return;
        }

        var x = Axis.Around(images.Select(image => image.Score), area.Left, area.Right);
        var (normals, defectives) = (Shares(images, x, defective: false), Shares(images, x, defective: true));
        var y = new Axis(0, Math.Max(normals.Max(), defectives.Max()) * 1.06, area.Bottom, area.Top);
        PanelFrame.Draw(canvas, area, x, y);
        Bars(canvas, area, normals, y, SvgStyle.NormalScores);
        Bars(canvas, area, defectives, y, SvgStyle.DefectiveScores);
    }

    /// <summary>Percent of the class in each bin; all 0 where it has no image.</summary>
    private static double[] Shares(IReadOnlyList<ImageOutcome> images, Axis x, bool defective)
    {
        var shares = new double[Bins];
        var scores = images.Where(image => image.Defective == defective).Select(image => image.Score).ToList();
        foreach (var score in scores)
            shares[Math.Clamp((int)((score - x.Low) / (x.High - x.Low) * Bins), 0, Bins - 1)] += 100.0 / scores.Count;
        return shares;
    }

    private static void Bars(SvgCanvas canvas, PanelArea area, double[] shares, Axis y, string style)
    {
        if (shares.Max() == 0)
            return;
        var path = new SvgPath().Move(area.Left, area.Bottom);
        for (var i = 0; i < Bins; i++)
        {
            var (from, to) = (area.Left + (area.Width * i / Bins), area.Left + (area.Width * (i + 1) / Bins));
            path = path.Line(from, y.At(shares[i])).Line(to, y.At(shares[i]));
        }

        Fill(canvas, path.Line(area.Right, area.Bottom), style);
    }

    private static void Fill(SvgCanvas canvas, SvgPath path, string style)
    {
        if (style == SvgStyle.NormalScores)
            canvas.Path(path, $"{style} {SvgStyle.NormalFill}");
        else
            canvas.Path(path, style, $"url(#{SvgStyle.HatchId})");
    }
}
