namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

/// <summary>Grid, ticks and border of a panel; drawn ahead of the data.</summary>
internal static class PanelFrame
{
    public static void Draw(SvgCanvas canvas, PanelArea area, Axis x, Axis y)
    {
        foreach (var (value, label) in x.Ticks())
        {
            canvas.Line(x.At(value), area.Top, x.At(value), area.Bottom, SvgStyle.Grid);
            canvas.Text(x.At(value), area.Bottom + 15, label, SvgStyle.Tick, TextAnchor.Middle);
        }

        foreach (var (value, label) in y.Ticks())
        {
            canvas.Line(area.Left, y.At(value), area.Right, y.At(value), SvgStyle.Grid);
            canvas.Text(area.Left - 6, y.At(value) + 4, label, SvgStyle.Tick, TextAnchor.End);
        }

        canvas.Rectangle(area.Left, area.Top, area.Width, area.Height, SvgStyle.Frame);
    }

    /// <summary>Says why there is nothing to see.</summary>
    public static void Empty(SvgCanvas canvas, PanelArea area, string reason)
    {
        canvas.Rectangle(area.Left, area.Top, area.Width, area.Height, SvgStyle.Frame);
        canvas.Text(area.Left + (area.Width / 2), area.Top + (area.Height / 2), reason, SvgStyle.Note, TextAnchor.Middle);
    }
}
