namespace FewShotAD.Imaging;

/// <summary>
/// Separable cubic convolution (Keys 1981, a = −½), the kernel widened by the scale when shrinking, so that every source pixel counts
/// and nothing aliases. Weights are 22-bit integers and sums are exact: every machine gives the same bytes.
/// </summary>
public static class ImageResizer
{
    private const int FractionBits = 22;
    private const int Half = 1 << (FractionBits - 1);
    private const double KernelRadius = 2;

    /// <summary>A new picture of the given size in pixels; the aspect ratio is the caller's affair.</summary>
    public static RgbImage Resize(RgbImage image, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        var narrowed = width == image.Width ? image : ResizeColumns(image, width);
        if (height != narrowed.Height)
            return ResizeRows(narrowed, height);
        return ReferenceEquals(narrowed, image) ? new RgbImage(width, height, [.. image.Pixels]) : narrowed;
    }

    /// <summary>The picture itself when no side is longer than <paramref name="maxSide"/>, else one that just fits.</summary>
    public static RgbImage Fit(RgbImage image, int maxSide)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSide);
        var longest = Math.Max(image.Width, image.Height);
        if (longest <= maxSide)
            return image;
        return Resize(image, Scaled(image.Width), Scaled(image.Height));

        int Scaled(int side) => Math.Max(1, (int)(((long)side * maxSide + longest / 2) / longest));
    }

    private static RgbImage ResizeColumns(RgbImage image, int width)
    {
        var taps = Taps(image.Width, width);
        var result = new RgbImage(width, image.Height);
        for (var y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> source = image.Row(y);
            var target = result.Row(y);
            for (var x = 0; x < width; x++)
            {
                var (first, weights) = taps[x];
                long red = Half, green = Half, blue = Half;
                var at = first * RgbImage.Channels;
                foreach (var weight in weights)
                {
                    red += (long)weight * source[at];
                    green += (long)weight * source[at + 1];
                    blue += (long)weight * source[at + 2];
                    at += RgbImage.Channels;
                }

                var to = x * RgbImage.Channels;
                target[to] = ToByte(red);
                target[to + 1] = ToByte(green);
                target[to + 2] = ToByte(blue);
            }
        }

        return result;
    }

    private static RgbImage ResizeRows(RgbImage image, int height)
    {
        var taps = Taps(image.Height, height);
        var result = new RgbImage(image.Width, height);
        var sums = new long[image.Width * RgbImage.Channels];
        for (var y = 0; y < height; y++)
        {
            var (first, weights) = taps[y];
            Array.Fill(sums, Half);
            for (var tap = 0; tap < weights.Length; tap++)
            {
                ReadOnlySpan<byte> source = image.Row(first + tap);
                long weight = weights[tap];
                for (var i = 0; i < sums.Length; i++)
                    sums[i] += weight * source[i];
            }

            var target = result.Row(y);
            for (var i = 0; i < sums.Length; i++)
                target[i] = ToByte(sums[i]);
        }

        return result;
    }

    /// <summary>For each target pixel the first source pixel it reads and the weights from there on; they sum to exactly one.</summary>
    private static (int First, int[] Weights)[] Taps(int source, int target)
    {
        var scale = (double)source / target;
        var stretch = Math.Max(1, scale);
        var radius = KernelRadius * stretch;
        var taps = new (int, int[])[target];
        for (var i = 0; i < target; i++)
        {
            var centre = (i + 0.5) * scale;
            var first = Math.Max(0, (int)Math.Floor(centre - radius + 0.5));
            var end = Math.Min(source, (int)Math.Floor(centre + radius + 0.5));
            var raw = new double[end - first];
            for (var k = 0; k < raw.Length; k++)
                raw[k] = Kernel((first + k + 0.5 - centre) / stretch);
            taps[i] = (first, Normalised(raw));
        }

        return taps;
    }

    private static int[] Normalised(double[] raw)
    {
        var sum = raw.Sum();
        var weights = Array.ConvertAll(raw, w => (int)Math.Round(w / sum * (1 << FractionBits)));
        // What rounding lost goes to the heaviest tap: a flat picture stays flat to the last bit.
        var heaviest = Array.IndexOf(weights, weights.Max());
        weights[heaviest] += (1 << FractionBits) - weights.Sum();
        return weights;
    }

    private static double Kernel(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        if (x < 1)
            return ((a + 2) * x - (a + 3)) * x * x + 1;
        return x < KernelRadius ? a * (((x - 5) * x + 8) * x - 4) : 0;
    }

    private static byte ToByte(long sum) => (byte)Math.Clamp(sum >> FractionBits, 0, 255);
}
