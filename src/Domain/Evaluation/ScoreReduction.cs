using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Evaluation;

/// <summary>
/// From a stored map to the score of its image with ignored pixels left out: they count as 0, which is less than any distance. Everybody
/// who takes a score takes it here, so that a score can always be found again in its map.
/// </summary>
public static class ScoreReduction
{
    /// <summary>Side of UniAD's square: the published score of an image is the largest mean over 16×16 pixels.</summary>
    public const int UniAdWindow = 16;

    /// <summary>Side of the square whose largest mean is the score; 1 is the largest value.</summary>
    public static int WindowOf(DetectionMethod method) => method == DetectionMethod.UniAd ? UniAdWindow : 1;

    /// <param name="map">side × side values, row by row.</param>
    /// <param name="ignored">As many; null or all false leaves the map as it is, bit by bit.</param>
    public static double Of(float[] map, int side, int window, bool[]? ignored) => MapScore.Of(Without(map, ignored), side, Math.Min(window, side));

    /// <summary>The map with ignored pixels at 0. A value below is left: a region never raises a score.</summary>
    public static float[] Without(float[] map, bool[]? ignored)
    {
        if (ignored is null || !ignored.Contains(true))
            return map;
        if (ignored.Length != map.Length)
            throw new ArgumentException($"A map of {map.Length} values has {ignored.Length} marks.", nameof(ignored));
        var kept = (float[])map.Clone();
        for (var i = 0; i < kept.Length; i++)
        {
            if (ignored[i])
                kept[i] = Math.Min(kept[i], 0);
        }

        return kept;
    }

    /// <summary>Pixels that either leaves out; null for none.</summary>
    public static bool[]? Union(bool[]? first, bool[]? second)
    {
        if (first is null || second is null)
            return first ?? second;
        var both = new bool[first.Length];
        for (var i = 0; i < both.Length; i++)
            both[i] = first[i] || second[i];
        return both;
    }
}
