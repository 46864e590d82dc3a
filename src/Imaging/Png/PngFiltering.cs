namespace FewShotAD.Imaging;

internal enum PngFilter : byte
{
    None = 0,
    Sub = 1,
    Up = 2,
    Average = 3,
    Paeth = 4,
}

/// <summary>The row filters of PNG (ISO/IEC 15948, clause 9), both ways.</summary>
internal static class PngFiltering
{
    /// <summary>Turns a filtered row into samples, in place.</summary>
    /// <param name="filter">The byte in front of the row.</param>
    /// <param name="row">The filtered row without that byte.</param>
    /// <param name="above">The samples of the row above, zeros for the first.</param>
    /// <param name="step">Bytes from a sample to the same one of the pixel on the left, at least 1.</param>
    /// <returns>False when there is no such filter.</returns>
    public static bool Undo(PngFilter filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        switch (filter)
        {
            case PngFilter.None:
                return true;
            case PngFilter.Sub:
                for (var i = step; i < row.Length; i++)
                    row[i] += row[i - step];
                return true;
            case PngFilter.Up:
                for (var i = 0; i < row.Length; i++)
                    row[i] += above[i];
                return true;
            case PngFilter.Average:
                for (var i = 0; i < row.Length; i++)
                    row[i] += (byte)((Left(row, i, step) + above[i]) >> 1);
                return true;
            case PngFilter.Paeth:
                for (var i = 0; i < row.Length; i++)
                    row[i] += Paeth(Left(row, i, step), above[i], Left(above, i, step));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes the filter byte and the filtered row, and returns the sum of absolute differences.</summary>
    /// <param name="filter">Sub, Up or Paeth: the writer uses no others.</param>
    /// <param name="row">The samples.</param>
    /// <param name="above">The samples of the row above, zeros for the first.</param>
    /// <param name="step">Bytes from a sample to the same one of the pixel on the left.</param>
    /// <param name="filtered">One byte longer than the row.</param>
    public static long Apply(PngFilter filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int step, Span<byte> filtered)
    {
        filtered[0] = (byte)filter;
        var target = filtered[1..];
        // The first pixel has no left neighbour, which is the same as a zero one.
        for (var i = 0; i < step; i++)
            target[i] = filter == PngFilter.Sub ? row[i] : (byte)(row[i] - above[i]);
        // One plain loop per filter: this is where writing a picture spends its time.
        switch (filter)
        {
            case PngFilter.Sub:
                for (var i = step; i < row.Length; i++)
                    target[i] = (byte)(row[i] - row[i - step]);
                break;
            case PngFilter.Up:
                for (var i = step; i < row.Length; i++)
                    target[i] = (byte)(row[i] - above[i]);
                break;
            default:
                for (var i = step; i < row.Length; i++)
                    target[i] = (byte)(row[i] - Paeth(row[i - step], above[i], above[i - step]));
                break;
        }

        long sum = 0;
        foreach (var difference in target)
            sum += Math.Abs((int)(sbyte)difference);
        return sum;
    }

    private static byte Left(ReadOnlySpan<byte> row, int i, int step) => i < step ? (byte)0 : row[i - step];

    private static byte Paeth(byte left, byte above, byte corner)
    {
        var estimate = left + above - corner;
        var (toLeft, toAbove, toCorner) = (Math.Abs(estimate - left), Math.Abs(estimate - above), Math.Abs(estimate - corner));
        if (toLeft <= toAbove && toLeft <= toCorner)
            return left;
        return toAbove <= toCorner ? above : corner;
    }
}
