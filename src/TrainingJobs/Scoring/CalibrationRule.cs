using FewShotAD.Domain.Evaluation;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>
/// From scores of held-out normals to the line. All held-out values are first multiplied by ((K−1)/K)^⅓: a model of K−1 shots has
/// seen less of what is normal than the model of K that is calibrated, and scores normal parts higher by about that much (measured on
/// four kinds of parts: 0.71 to 0.88 for K = 2, rule 0.79; 0.78 to 0.96 for K = 4, rule 0.91). T1 is the highest of them, but at
/// most a quarter above their median, T2 a fifth above T1. With K independent shots the highest is the only quantile worth the name; yet
/// one odd shot can lie at three medians (seen at K = 8), and must not make defects certainly good. What lies between goes to review.
/// Pixels count as defective from T1 on: no pixel of a certainly good part does, and one of every certain defect does.
/// </summary>
public static class CalibrationRule
{
    private const double MoreShotsExponent = 1.0 / 3;
    private const double LargestSpread = 1.25;
    private const double DefectMargin = 1.2;

    /// <param name="scores">Image scores of held-out normals; sorted in place.</param>
    /// <param name="pixels">All values of their maps; sorted in place.</param>
    /// <param name="shots">K, at least 2.</param>
    public static Calibration Line(List<double> scores, List<float> pixels, int shots)
    {
        scores.Sort();
        pixels.Sort();
        var shrink = Math.Pow((shots - 1.0) / shots, MoreShotsExponent);
        var good = shrink * Math.Min(scores[^1], LargestSpread * Median(scores));
        return new Calibration(
            good, good * DefectMargin, shrink * Median(scores), shrink * Median(pixels), good);
    }

    private static T Median<T>(List<T> sorted) => sorted[sorted.Count / 2];
}
