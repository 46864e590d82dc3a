using System.Runtime.InteropServices;
using FewShotAD.Domain.Evaluation;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>From scores of held-out normals to the line.</summary>
public static class CalibrationRule
{
    /// <param name="scores">Image scores of held-out normals.</param>
    /// <param name="pixels">All values of their maps; sorted in place.</param>
    /// <param name="shots">K.</param>
    public static Calibration Line(List<double> scores, List<float> pixels, int shots)
    {
        scores.Sort();
        pixels.Sort();
        var (middle, highest) = (Quantile(CollectionsMarshal.AsSpan(scores), 0.5), scores[^1]);
        return new Calibration(
            highest, highest * 1.25, middle, pixels[pixels.Count / 2], highest);
    }

    private static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }
}
