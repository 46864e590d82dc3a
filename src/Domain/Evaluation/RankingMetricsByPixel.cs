namespace FewShotAD.Domain.Evaluation;

/// <summary>
/// The ranking metrics of pixels, collected image by image in constant memory: stored maps are float16, which has 65,536 values, so
/// counting per value loses nothing and ten thousand maps cost no more than one.
/// </summary>
public sealed class RankingMetricsByPixel
{
    private const int Values = 1 << 16;
    private readonly long[] positives = new long[Values];
    private readonly long[] negatives = new long[Values];

    /// <summary>The masks that were added, empty ones of normal images not counted.</summary>
    public int MaskedImages { get; private set; }

    /// <param name="map">A map as it is stored; values are rounded to float16 if they are not already.</param>
    /// <param name="defective">True where the ground truth says so; as many as the map has values.</param>
    public void Add(ReadOnlySpan<float> map, ReadOnlySpan<bool> defective)
    {
        if (map.Length != defective.Length)
            throw new ArgumentException($"A map of {map.Length} values has a mask of {defective.Length}.", nameof(defective));
        for (var i = 0; i < map.Length; i++)
            (defective[i] ? positives : negatives)[Order((Half)map[i])]++;
        if (defective.Contains(true))
            MaskedImages++;
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
