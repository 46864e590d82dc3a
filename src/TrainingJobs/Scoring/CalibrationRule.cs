using FewShotAD.Domain.Evaluation;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>What the maps of held-out normals say.</summary>
public sealed class HeldOut
{
    private readonly List<double> scores = [];
    private readonly List<double> peaks = [];
    private readonly List<float> pixels = [];

    /// <summary>Image scores, in the order in which they were added.</summary>
    public IReadOnlyList<double> Scores => scores;

    /// <summary>The largest value of every map.</summary>
    public IReadOnlyList<double> Peaks => peaks;

    public IReadOnlyList<float> Pixels => pixels;

    /// <param name="map">side × side values.</param>
    /// <param name="window">Of the model that made it.</param>
    /// <param name="ignored">Pixels that do not count. Where none would be left all count: a line must come from something.</param>
    public void Add(float[] map, int side, int window, bool[]? ignored = null)
    {
        if (ignored is not null && !ignored.Contains(false))
            ignored = null;
        var counted = ScoreReduction.Without(map, ignored);
        scores.Add(MapScore.Of(counted, side, window));
        peaks.Add(counted.Max());
        pixels.AddRange(ignored is null ? map : map.Where((_, i) => !ignored[i]));
    }
}

/// <summary>
/// From scores of held-out normals to the line. All held-out values are first multiplied by ((K−1)/K)^⅓: a model of K−1 shots has
/// seen less of what is normal than the model of K that is calibrated, and scores normal parts higher by about that much (measured on
/// four kinds of parts: 0.71 to 0.88 for K = 2, rule 0.79; 0.78 to 0.96 for K = 4, rule 0.91). T1 is the highest of them, but at
/// most a quarter above their median, T2 a fifth above T1. With K independent shots the highest is the only quantile worth the name; yet
/// one odd shot can lie at three medians (seen at K = 8), and must not make defects certainly good. What lies between goes to review.
/// Pixels count as defective from T1's counterpart among the peaks on: no pixel of a certainly good part does, and one of every
/// certain defect does.
/// </summary>
public static class CalibrationRule
{
    private const double MoreShotsExponent = 1.0 / 3;
    private const double LargestSpread = 1.25;
    private const double DefectMargin = 1.2;

    /// <param name="shots">K, at least 2.</param>
    /// <param name="leftOut">False when the held-out views are of shots that the model was trained on.</param>
    public static Calibration Line(HeldOut held, int shots, bool leftOut)
    {
        var factor = leftOut ? Math.Pow((shots - 1.0) / shots, MoreShotsExponent) : 1;
        var (scores, peaks, pixels) = (held.Scores.Order().ToArray(), held.Peaks.Order().ToArray(), held.Pixels.Order().ToArray());
        var good = factor * Highest(scores);
        return new Calibration(
            good, good * DefectMargin, factor * Median(scores), factor * Median(pixels), factor * Highest(peaks));
    }

    private static double Highest(double[] sorted) => Math.Min(sorted[^1], LargestSpread * Median(sorted));

    private static T Median<T>(T[] sorted) => sorted[sorted.Length / 2];
}
