namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

/// <summary>What a figure says around its panels.</summary>
/// <param name="Note">One or two sentences under the title; they are the figure's description too.</param>
internal sealed record FigureText(string Title, string Note, string XLabel, string YLabel);

/// <summary>An entry of the legend.</summary>
/// <param name="Label">Beside the swatch; null where the swatch has its own words.</param>
/// <param name="Width">Of the swatch, in pixels.</param>
/// <param name="Draw">Draws it from the left end of its middle line.</param>
internal sealed record LegendEntry(string? Label, double Width, Action<SvgCanvas, double, double> Draw);

/// <summary>Where a panel draws, in pixels; its name and ticks lie outside.</summary>
internal sealed record PanelArea(double Left, double Top, double Width, double Height)
{
    public double Right => Left + Width;

    public double Bottom => Top + Height;
}

/// <summary>Small panels in rows under one title, one legend and one pair of axis labels.</summary>
internal sealed class Figure : IDisposable
{
    private const double Margin = 16;
    private const double LabelRoom = 20;
    private const double TickRoomLeft = 40;
    private const double TickRoomBottom = 22;
    private const double NameRoom = 26;
    private const double PanelGap = 16;
    private const double LineHeight = 17;
    private readonly int columns;
    private readonly double panelWidth;
    private readonly double panelHeight;
    private readonly double top;

    /// <param name="panels">At least one.</param>
    /// <param name="mostColumns">Of panels beside each other.</param>
    /// <param name="aspect">Height of a panel as a share of its width.</param>
    public Figure(FigureText text, int panels, int mostColumns, double aspect, IReadOnlyList<LegendEntry> legend, double legendHeight = LineHeight)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(panels);
        columns = Math.Min(panels, mostColumns);
        var width = columns switch { 1 => 520.0, 2 => 720.0, _ => 940.0 };
        var inner = width - (2 * Margin) - LabelRoom;
        panelWidth = (inner - ((columns - 1) * PanelGap) - (columns * TickRoomLeft)) / columns;
        panelHeight = panelWidth * aspect;
        var note = TextFit.Wrap(text.Note, width - (2 * Margin));
        var places = Places(legend, width);
        var noteTop = Margin + 14 + 22;
        var legendTop = noteTop + (note.Count * LineHeight);
        top = legendTop + (((places.Count == 0 ? 0 : places[^1].Row) + 1) * legendHeight) + 2;
        var rows = (panels + columns - 1) / columns;
        var bottom = top + (rows * (NameRoom + panelHeight + TickRoomBottom));

        Canvas = new SvgCanvas(width, bottom + LabelRoom + Margin, text.Title, text.Note);
        Canvas.Text(Margin, Margin + 14, TextFit.Cut(text.Title, width - (2 * Margin), 16), SvgStyle.Title, full: text.Title);
        for (var i = 0; i < note.Count; i++)
            Canvas.Text(Margin, noteTop + (i * LineHeight), note[i], SvgStyle.Note);
        foreach (var (entry, (x, row)) in legend.Zip(places))
        {
            var middle = legendTop + (row * legendHeight);
            entry.Draw(Canvas, x, middle);
            if (entry.Label is { } label)
                Canvas.Text(x + entry.Width + 6, middle + 4, label, SvgStyle.Note);
        }

        Canvas.Text(Margin + LabelRoom + TickRoomLeft + ((inner - TickRoomLeft) / 2), bottom + LabelRoom, text.XLabel, SvgStyle.Note, TextAnchor.Middle);
        Canvas.Text(Margin + 10, top + ((bottom - top) / 2), text.YLabel, SvgStyle.Note, TextAnchor.Middle, upwards: true);
    }

    public SvgCanvas Canvas { get; }

    /// <summary>The place of a panel, in the order of reading, with its name above it.</summary>
    public PanelArea Panel(int index, string name)
    {
        var x = Margin + LabelRoom + TickRoomLeft + (index % columns * (panelWidth + TickRoomLeft + PanelGap));
        var y = top + NameRoom + (index / columns * (NameRoom + panelHeight + TickRoomBottom));
        Canvas.Text(x, y - 7, TextFit.Cut(name, panelWidth), SvgStyle.PanelTitle, full: name);
        return new PanelArea(x, y, panelWidth, panelHeight);
    }

    public byte[] Finish() => Canvas.Finish();

    public void Dispose() => Canvas.Dispose();

    /// <summary>Entries beside each other, in a new row where the line is full.</summary>
    private static List<(double X, int Row)> Places(IReadOnlyList<LegendEntry> legend, double width)
    {
        var places = new List<(double, int)>();
        var (x, row) = (Margin, 0);
        foreach (var entry in legend)
        {
            var needed = entry.Width + 6 + TextFit.Width(entry.Label ?? "");
            if (x > Margin && x + needed > width - Margin)
                (x, row) = (Margin, row + 1);
            places.Add((x, row));
            x += needed + 20;
        }

        return places;
    }
}
