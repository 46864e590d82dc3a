namespace FewShotAD.Domain.Evaluation;

/// <summary>
/// AUPRO (Bergmann et al. 2021): the area under the per-region overlap, the mean share of a defective region that scores at least t,
/// over the false positive rate of the pixels, up to a limit and divided by it. A small region counts as much as a large one.
/// Exact: equal scores are one point, and points are joined by straight lines. Null without a region or without a good pixel.
/// </summary>
public static class RegionOverlap
{
    /// <summary>The false positive rate up to which the published numbers look.</summary>
    public const double UsualLimit = 0.3;

    /// <summary>Sorts all pixels, whatever their values; for as many as fit into memory. <see cref="RankingMetricsByPixel"/> streams.</summary>
    /// <param name="scores">Maps of one size behind each other, row by row; every value a number.</param>
    /// <param name="defective">As many labels.</param>
    public static double? Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> defective, int height, int width, double limit = UsualLimit)
    {
        var pixels = height * width;
        if (pixels <= 0 || scores.Length != defective.Length || scores.Length % pixels != 0)
            throw new ArgumentException($"{scores.Length} scores and {defective.Length} labels are no maps of {height}×{width}.", nameof(scores));
        var shares = new double[scores.Length];
        var regions = 0;
        for (var from = 0; from < scores.Length; from += pixels)
            regions += Shares(defective.Slice(from, pixels), width, shares.AsSpan(from, pixels));

        var keys = scores.ToArray();
        if (keys.Any(double.IsNaN))
            throw new ArgumentException("A score is not a number.", nameof(scores));
        Array.Sort(keys, shares);
        var curve = new RegionOverlapCurve();
        for (var i = keys.Length - 1; i >= 0;)
        {
            var (score, good, share) = (keys[i], 0L, 0.0);
            for (; i >= 0 && keys[i] == score; i--)
            {
                share += shares[i];
                good += shares[i] == 0 ? 1 : 0;
            }

            curve.Add(good, share);
        }

        return curve.Area(regions, limit);
    }

    /// <summary>Writes the share of its region that each defective pixel is, 1/|region|, and 0 elsewhere.</summary>
    /// <returns>The number of regions.</returns>
    internal static int Shares(ReadOnlySpan<bool> defective, int width, Span<double> shares)
    {
        shares.Clear();
        if (!defective.Contains(true))
            return 0;
        var (labels, sizes) = MaskRegions.Of(defective, width);
        for (var i = 0; i < shares.Length; i++)
        {
            if (labels[i] > 0)
                shares[i] = 1.0 / sizes[labels[i] - 1];
        }

        return sizes.Count;
    }
}

/// <summary>Walks the distinct scores from the highest to the lowest, as <see cref="RankingCurve"/> does.</summary>
internal sealed class RegionOverlapCurve
{
    private readonly List<(long Good, double Shares)> groups = [];

    /// <param name="good">Pixels of this score that are not defective.</param>
    /// <param name="shares">Σ 1/|region| over the defective pixels of this score.</param>
    public void Add(long good, double shares) => groups.Add((good, shares));

    public double? Area(int regions, double limit)
    {
        if (limit is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "The limit is above 0 and at most 1.");
        var goodPixels = groups.Sum(group => group.Good);
        if (regions == 0 || goodPixels == 0)
            return null;
        long good = 0;
        double shares = 0, area = 0, rate = 0, overlap = 0;
        foreach (var (right, up) in groups)
        {
            good += right;
            shares += up;
            var (nextRate, nextOverlap) = ((double)good / goodPixels, shares / regions);
            if (nextRate >= limit)
            {
                // The line to the next point is cut at the limit. Straight up at the limit there is nothing left to add.
                var cut = nextRate > rate ? overlap + ((nextOverlap - overlap) * (limit - rate) / (nextRate - rate)) : overlap;
                return (area + ((limit - rate) * (overlap + cut) / 2)) / limit;
            }

            area += (nextRate - rate) * (overlap + nextOverlap) / 2;
            (rate, overlap) = (nextRate, nextOverlap);
        }

        throw new InvalidOperationException("The last point of the curve has the false positive rate 1.");
    }
}
