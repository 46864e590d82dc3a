using System.Runtime.InteropServices;
using SkiaSharp;

namespace FewShotAD.Imaging;

/// <summary>Writes small JPEG previews without metadata.</summary>
public static class ThumbnailWriter
{
    private const int Quality = 85;

    /// <summary>A JPEG of the picture, at most <paramref name="maxSide"/> pixels a side, never enlarged.</summary>
    public static void Write(RgbImage image, int maxSide, Stream target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var small = ImageResizer.Fit(image, maxSide);
        var pixels = new byte[small.Width * small.Height * 4];
        for (int from = 0, to = 0; from < small.Pixels.Length; from += RgbImage.Channels, to += 4)
        {
            small.Pixels.AsSpan(from, RgbImage.Channels).CopyTo(pixels.AsSpan(to));
            pixels[to + 3] = byte.MaxValue;
        }

        var pinned = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        try
        {
            var info = new SKImageInfo(small.Width, small.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using var pixmap = new SKPixmap(info, pinned.AddrOfPinnedObject());
            using var encoded = pixmap.Encode(new SKJpegEncoderOptions(Quality))
                ?? throw new InvalidOperationException("The JPEG encoder gave nothing back.");
            encoded.SaveTo(target);
        }
        finally
        {
            pinned.Free();
        }
    }
}
