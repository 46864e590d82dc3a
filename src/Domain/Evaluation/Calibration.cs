namespace FewShotAD.Domain.Evaluation;

public enum Verdict
{
    Normal,
    Uncertain,
    Defect,
}

/// <summary>
/// The line of one model, fitted on held-out normals only (leave one shot out, and augmentations of it).
/// Scores at most <paramref name="CertainlyGood"/> (T1) are normal, at least <paramref name="CertainlyDefective"/> (T2) are defects,
/// between them a part is uncertain.
/// </summary>
/// <param name="NormalScore">Median image score of held-out normals.</param>
/// <param name="NormalPixel">Median map value of held-out normals: where the colour scale begins.</param>
/// <param name="PixelThreshold">Map value from which a pixel counts as defective: the middle of the colour scale.</param>
public sealed record Calibration(
    double CertainlyGood, double CertainlyDefective, double NormalScore, double NormalPixel, double PixelThreshold)
{
    /// <summary>Ends of the one colour scale of a model. It never depends on the image shown.</summary>
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
}
