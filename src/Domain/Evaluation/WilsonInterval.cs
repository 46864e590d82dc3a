namespace FewShotAD.Domain.Evaluation;

/// <summary>How far a share that was counted may be off: the score interval of Wilson (1927). It holds its 95 % for small counts too, and for none.</summary>
public static class WilsonInterval
{
    /// <summary>Of the normal distribution, for 95 % on both sides.</summary>
    private const double Z = 1.959963984540054;

    /// <returns>Null when nothing was counted.</returns>
    public static Interval? Of(int hits, int all)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, all);
        if (all == 0)
            return null;
        var (share, spread) = ((double)hits / all, Z * Z / all);
        var middle = (share + (spread / 2)) / (1 + spread);
        var half = Z / (1 + spread) * Math.Sqrt((share * (1 - share) / all) + (spread / (4 * all)));
        return new Interval(hits == 0 ? 0 : Math.Max(0, middle - half), hits == all ? 1 : Math.Min(1, middle + half));
    }
}
