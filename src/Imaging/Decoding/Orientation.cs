namespace FewShotAD.Imaging;

/// <summary>How the stored rows and columns lie in the upright picture; the numbers are those of EXIF and TIFF (tag 274).</summary>
internal enum Orientation
{
    Upright = 1,
    MirroredHorizontally = 2,
    UpsideDown = 3,
    MirroredVertically = 4,
    Transposed = 5,
    NeedsClockwiseQuarter = 6,
    Transversed = 7,
    NeedsCounterclockwiseQuarter = 8,
}

internal static class OrientationTransform
{
    /// <summary>The upright picture; the same instance when nothing is to turn.</summary>
    public static RgbImage Apply(RgbImage stored, Orientation orientation)
    {
        if (orientation is <= Orientation.Upright or > Orientation.NeedsCounterclockwiseQuarter)
            return stored;
        var swaps = orientation >= Orientation.Transposed;
        var upright = swaps ? new RgbImage(stored.Height, stored.Width) : new RgbImage(stored.Width, stored.Height);
        var (lastX, lastY) = (stored.Width - 1, stored.Height - 1);
        for (var y = 0; y < upright.Height; y++)
        {
            var target = upright.Row(y);
            for (var x = 0; x < upright.Width; x++)
            {
                var (fromX, fromY) = orientation switch
                {
                    Orientation.MirroredHorizontally => (lastX - x, y),
                    Orientation.UpsideDown => (lastX - x, lastY - y),
                    Orientation.MirroredVertically => (x, lastY - y),
                    Orientation.Transposed => (y, x),
                    Orientation.NeedsClockwiseQuarter => (y, lastY - x),
                    Orientation.Transversed => (lastX - y, lastY - x),
                    _ => (lastX - y, x),
                };
                stored.Row(fromY).Slice(fromX * RgbImage.Channels, RgbImage.Channels).CopyTo(target[(x * RgbImage.Channels)..]);
            }
        }

        return upright;
    }
}
