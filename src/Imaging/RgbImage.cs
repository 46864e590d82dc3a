namespace FewShotAD.Imaging;

/// <summary>
/// A decoded picture: 8-bit sRGB, interleaved R, G, B, rows from top to bottom without padding, upright (orientation applied), no alpha,
/// no metadata. <see cref="Pixels"/> has exactly <c>Width · Height · 3</c> bytes and is the picture itself, not a copy.
/// </summary>
public sealed class RgbImage
{
    public const int Channels = 3;

    /// <exception cref="ArgumentException">The buffer does not have the size that the sides ask for: a bug in the caller.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels);
        var needed = (long)width * height * Channels;
        if (pixels.LongLength != needed)
            throw new ArgumentException($"{width}×{height} RGB needs {needed} bytes, not {pixels.LongLength}.", nameof(pixels));
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>A black picture.</summary>
    public RgbImage(int width, int height)
        : this(width, height, new byte[checked(width * height * Channels)])
    {
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Pixels { get; }

    /// <summary>The bytes of row <paramref name="y"/>: R, G, B of the leftmost pixel first.</summary>
    public Span<byte> Row(int y) => Pixels.AsSpan(y * Width * Channels, Width * Channels);
}
