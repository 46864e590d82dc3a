using System.Globalization;
using System.Text;
using System.Xml;

namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

internal enum TextAnchor
{
    Start,
    Middle,
    End,
}

/// <summary>
/// Writes one SVG 1.1 picture that needs nothing beside it: no script, no address, no font. Positions are pixels from the top left corner.
/// Looks come from <see cref="SvgStyle"/> by class.
/// </summary>
internal sealed class SvgCanvas : IDisposable
{
    private const string Namespace = "http://www.w3.org/2000/svg";
    private readonly MemoryStream bytes = new();
    private readonly XmlWriter xml;

    /// <param name="description">What the picture shows, for whoever cannot see it.</param>
    public SvgCanvas(double width, double height, string title, string description)
    {
        // A fixed end of line: the same rows give the same bytes on every system.
        xml = XmlWriter.Create(
            bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, IndentChars = " ", NewLineChars = "\n" });
        var box = $"0 0 {Number(width)} {Number(height)}";
        Open("svg", ("width", Number(width)), ("height", Number(height)), ("viewBox", box), ("role", "img"), ("aria-labelledby", "title desc"));
        Leaf("title", title, ("id", "title"));
        Leaf("desc", description, ("id", "desc"));
        Leaf("style", "\n" + SvgStyle.Sheet.ReplaceLineEndings("\n") + "\n");
        Rectangle(0, 0, width, height, SvgStyle.Background);
    }

    /// <summary>With a point and at most two places, a hundredth of a pixel.</summary>
    /// <exception cref="ArgumentException">The value is not finite.</exception>
    public static string Number(double value) => double.IsFinite(value)
        ? value.ToString("0.##", CultureInfo.InvariantCulture)
        : throw new ArgumentException("A position in a figure is not a finite number.", nameof(value));

    public void Rectangle(double x, double y, double width, double height, string style) => Leaf(
        "rect", null, ("x", Number(x)), ("y", Number(y)), ("width", Number(width)), ("height", Number(height)), ("class", style));

    public void Line(double x1, double y1, double x2, double y2, string style) => Leaf(
        "line", null, ("x1", Number(x1)), ("y1", Number(y1)), ("x2", Number(x2)), ("y2", Number(y2)), ("class", style));

    /// <param name="fill">A colour or the address of a fill inside this picture; null leaves it to the style.</param>
    public void Path(SvgPath path, string style, string? fill = null) => Leaf("path", null, ("class", style), ("fill", fill), ("d", path.ToString()));

    /// <param name="full">Shown when the text is pointed at, where it had to be cut.</param>
    public void Text(double x, double y, string text, string style, TextAnchor anchor = TextAnchor.Start, bool upwards = false, string? full = null)
    {
        Open("text", ("x", Number(x)), ("y", Number(y)), ("class", style), ("text-anchor", anchor switch
            {
                TextAnchor.Middle => "middle",
                TextAnchor.End => "end",
                _ => null,
            }), ("transform", upwards ? $"rotate(-90 {Number(x)} {Number(y)})" : null));
        xml.WriteString(ForeignText.Plain(text));
        if (full is not null && full != text)
            Leaf("title", full);
        xml.WriteEndElement();
    }

    /// <summary>A fill of slanted lines, to be used by its id.</summary>
    public void Hatch(string id, string style)
    {
        Open("pattern", ("id", id), ("width", "5"), ("height", "5"), ("patternUnits", "userSpaceOnUse"), ("patternTransform", "rotate(45)"));
        Line(0, 0, 0, 5, style);
        xml.WriteEndElement();
    }

    /// <summary>Closes the picture and gives its file.</summary>
    public byte[] Finish()
    {
        xml.WriteEndElement();
        xml.Flush();
        return [.. bytes.ToArray(), (byte)'\n'];
    }

    public void Dispose()
    {
        xml.Dispose();
        bytes.Dispose();
    }

    private void Open(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        xml.WriteStartElement(element, Namespace);
        foreach (var (name, value) in attributes)
        {
            if (value is not null)
                xml.WriteAttributeString(name, value);
        }
    }

    private void Leaf(string element, string? text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Open(element, attributes);
        if (text is not null)
            xml.WriteString(element == "style" ? text : ForeignText.Plain(text));
        xml.WriteEndElement();
    }
}
