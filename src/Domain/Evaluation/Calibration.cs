using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Evaluation;

public enum Verdict
{
    Normal,
    Uncertain,
    Defect,
}

/// <summary>
/// The line of one model. It is fitted on held-out normals only (leave one shot out, and augmentations of it), and people may move it.
/// Scores at most <paramref name="CertainlyGood"/> (T1) are normal, at least <paramref name="CertainlyDefective"/> (T2) are defects,
/// between them a part is uncertain.
/// </summary>
/// <param name="NormalScore">Median image score of held-out normals.</param>
/// <param name="NormalPixel">Median map value of held-out normals: where the colour scale begins.</param>
/// <param name="PixelThreshold">Map value from which a pixel counts as defective: the middle of the colour scale.</param>
public sealed record Calibration(
    double CertainlyGood, double CertainlyDefective, double NormalScore, double NormalPixel, double PixelThreshold)
{
    /// <summary>Ends of the one colour scale of a model and its line. It never depends on the image shown.</summary>
    public double ScaleLow => NormalPixel;

    public double ScaleHigh => PixelThreshold + (PixelThreshold - NormalPixel);

    public Verdict Judge(double score) =>
        score >= CertainlyDefective ? Verdict.Defect : score > CertainlyGood ? Verdict.Uncertain : Verdict.Normal;

    /// <summary>A score for people, 0 to 100: 0 is a typical normal part, 50 is T2.</summary>
    public double Scale(double score)
    {
        var span = CertainlyDefective - NormalScore;
        return span <= 0 ? (score >= CertainlyDefective ? 50 : 0) : Math.Clamp((score - NormalScore) / span * 50, 0, 100);
    }

    /// <summary>What of it people may move. What is typical of normal parts was measured and stays.</summary>
    public LineThresholds Thresholds() => new(CertainlyGood, CertainlyDefective, PixelThreshold);

    /// <summary>The line at other thresholds. The scale of scores follows T2, the colour scale the pixel threshold; both begin where they began.</summary>
    public Result<Calibration> Move(LineThresholds to)
    {
        if (!double.IsFinite(to.T1) || !double.IsFinite(to.T2) || !double.IsFinite(to.Pixel))
            return new LineNotANumber();
        if (to.T1 > to.T2)
            return new LineOutOfOrder();
        if (to.Pixel <= NormalPixel)
            return new PixelThresholdTooLow(NormalPixel);
        return this with { CertainlyGood = to.T1, CertainlyDefective = to.T2, PixelThreshold = to.Pixel };
    }
}

/// <param name="T1">Up to here certainly good.</param>
/// <param name="T2">From here certainly defective.</param>
/// <param name="Pixel">From this value of the map on a pixel counts as defective.</param>
public sealed record LineThresholds(double T1, double T2, double Pixel);

public sealed record LineNotANumber()
    : Error(ErrorKind.Invalid, "line.number", "T1, T2 and the pixel threshold are numbers. Enter a number for each.");

public sealed record LineOutOfOrder()
    : Error(ErrorKind.Invalid, "line.order", "T1 lies above T2. Certainly good ends where certainly defective begins, or before: lower T1 or raise T2.");

public sealed record PixelThresholdTooLow(double NormalPixel)
    : Error(ErrorKind.Invalid, "line.pixel", FormattableString.Invariant(
        $"The pixel threshold must lie above {NormalPixel:0.####}, the map's value on a typical good part. Enter a larger one."));
