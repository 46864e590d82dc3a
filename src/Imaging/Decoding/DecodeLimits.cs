using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

/// <summary>What an upload may be at most. The sides and the pixels are read from the header, before anything is decoded.</summary>
public sealed record DecodeLimits
{
    /// <summary>Pixels. Below this no backbone sees a texture, and a file is a mistake or a probe.</summary>
    public const int DefaultMinSide = 32;

    /// <summary>Pixels.</summary>
    public const int DefaultMaxSide = 20_000;

    /// <summary>Decoding takes up to 7 bytes per pixel, so this is 700 MB at worst.</summary>
    public const long DefaultMaxPixels = 100_000_000;

    public const long DefaultMaxBytes = 64L * 1024 * 1024;

    public static DecodeLimits Default { get; } = new();

    public int MinSide { get; init; } = DefaultMinSide;

    public int MaxSide { get; init; } = DefaultMaxSide;

    public long MaxPixels { get; init; } = DefaultMaxPixels;

    public long MaxBytes { get; init; } = DefaultMaxBytes;

    /// <summary>The error of a picture with these sides (pixels, positive), or null when it may be decoded.</summary>
    internal Error? Check(int width, int height)
    {
        if (Math.Min(width, height) < MinSide)
            return new ImageTooSmall(width, height, MinSide);
        if ((long)width * height > MaxPixels)
            return new TooManyPixels(width, height, MaxPixels);
        return Math.Max(width, height) > MaxSide ? new SideTooLong(width, height, MaxSide) : null;
    }
}
