using System.Text;

namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

/// <summary>The data of a path; many marks of one look are one path, which keeps files small.</summary>
internal sealed class SvgPath
{
    private readonly StringBuilder data = new();

    public SvgPath Move(double x, double y) => Add('M', x, y);

    public SvgPath Line(double x, double y) => Add('L', x, y);

    /// <summary>A dot where the style has round ends: a line of no length.</summary>
    public SvgPath Dot(double x, double y)
    {
        Move(x, y);
        data.Append("h0");
        return this;
    }

    public SvgPath Cross(double x, double y, double arm)
    {
        Move(x - arm, y - arm).Line(x + arm, y + arm);
        return Move(x - arm, y + arm).Line(x + arm, y - arm);
    }

    public SvgPath Box(double x, double y, double width, double height)
    {
        Move(x, y);
        var (w, h) = (SvgCanvas.Number(width), SvgCanvas.Number(height));
        data.Append('h').Append(w).Append('v').Append(h).Append("h-").Append(w).Append('z');
        return this;
    }

    public override string ToString() => data.ToString();

    private SvgPath Add(char command, double x, double y)
    {
        data.Append(command).Append(SvgCanvas.Number(x)).Append(' ').Append(SvgCanvas.Number(y));
        return this;
    }
}
