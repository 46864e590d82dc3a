namespace FewShotAD.Domain.Evaluation;

/// <summary>
/// The metrics of pixels, collected image by image in constant memory: stored maps are float16, which has 65,536 values, so
/// counting per value loses nothing and ten thousand maps cost no more than one. Per value three things are kept: defective pixels,
/// good pixels, and Σ 1/|region| of the defective ones, from which the per-region overlap at every threshold follows.
/// </summary>
public sealed class RankingMetricsByPixel
{
    private const int Values = 1 << 16;
    private readonly long[] positives = new long[Values];
    private readonly long[] negatives = new long[Values];
    private readonly double[] regionShares = new double[Values];
    private double[] shares = [];

    /// <summary>The masks that were added, empty ones of normal images not counted.</summary>
    public int MaskedImages { get; private set; }

    /// <summary>The connected defective regions of all masks.</summary>
    public int Regions { get; private set; }

    /// <param name="map">A map as it is stored, row by row; values are rounded to float16 if they are not already.</param>
    /// <param name="defective">True where the ground truth says so; as many as the map has values.</param>
    /// <param name="width">Values in a row.</param>
    /// <param name="ignored">Pixels that are left out, defective or not; empty for none.</param>
    public void Add(ReadOnlySpan<float> map, ReadOnlySpan<bool> defective, int width, ReadOnlySpan<bool> ignored = default)
    {
        if (map.Length != defective.Length)
            throw new ArgumentException($"A map of {map.Length} values has a mask of {defective.Length}.", nameof(defective));
        if (ignored.Length != 0 && ignored.Length != map.Length)
            throw new ArgumentException($"A map of {map.Length} values has {ignored.Length} marks.", nameof(ignored));
        // What is left of a region is a region: its share is of the pixels that count.
        if (ignored.Contains(true))
            defective = Counted(defective, ignored);
        if (shares.Length != map.Length)
            shares = new double[map.Length];
        var regions = RegionOverlap.Shares(defective, width, shares);
        for (var i = 0; i < map.Length; i++)
        {
            if (ignored.Length != 0 && ignored[i])
                continue;
            var value = Order((Half)map[i]);
            (defective[i] ? positives : negatives)[value]++;
            regionShares[value] += shares[i];
        }

        Regions += regions;
        MaskedImages += regions > 0 ? 1 : 0;
    }

    private static bool[] Counted(ReadOnlySpan<bool> defective, ReadOnlySpan<bool> ignored)
    {
        var counted = new bool[defective.Length];
        for (var i = 0; i < counted.Length; i++)
            counted[i] = defective[i] && !ignored[i];
        return counted;
    }

    public RankingMetrics Metrics()
    {
        var curve = new RankingCurve();
        for (var i = Values - 1; i >= 0; i--)
        {
            if (positives[i] + negatives[i] > 0)
                curve.Add((double)ValueAt(i), positives[i], negatives[i]);
        }

        return curve.Metrics();
    }

    /// <summary>AUPRO up to a false positive rate; null without a region or without a good pixel.</summary>
    public double? Aupro(double limit = RegionOverlap.UsualLimit)
    {
        var curve = new RegionOverlapCurve();
        for (var i = Values - 1; i >= 0; i--)
        {
            if (positives[i] + negatives[i] > 0)
                curve.Add(negatives[i], regionShares[i]);
        }

        return curve.Area(Regions, limit);
    }

    /// <summary>A number for each float16 that grows with its value: negatives mirrored below, positives above.</summary>
    private static int Order(Half value)
    {
        if (Half.IsNaN(value))
            throw new ArgumentException("A map value is not a number.", nameof(value));
        var bits = BitConverter.HalfToUInt16Bits(value == Half.Zero ? Half.Zero : value);
        return (bits & 0x8000) == 0 ? bits | 0x8000 : 0xFFFF - bits;
    }

    private static Half ValueAt(int order) =>
        BitConverter.UInt16BitsToHalf((ushort)((order & 0x8000) == 0 ? 0xFFFF - order : order & 0x7FFF));
}
