using FewShotAD.Domain.Common;
using SkiaSharp;

namespace FewShotAD.Imaging;

/// <summary>JPEG, BMP and WebP by Skia's codecs. Skia hands out partial pictures of damaged files: only a complete one is taken.</summary>
internal static class SkiaDecoder
{
    private const int BytesPerPixel = 4;
    private const int CmykComponents = 4;

    public static Result<DecodedImage> Decode(ReadOnlyMemory<byte> file, string format, DecodeLimits limits, CancellationToken ct)
    {
        var isCmyk = false;
        if (format == SupportedFormats.Jpeg)
        {
            var markers = JpegMarkers.Read(file.Span);
            if (!markers.Succeeded)
                return markers.Error;
            isCmyk = markers.Value.Components == CmykComponents;
        }

        using var data = SKData.CreateCopy(file.Span);
        using var stream = new SKMemoryStream(data);
        using var codec = SKCodec.Create(stream, out var opened);
        if (codec is null)
            return ErrorOf(opened, format);
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width <= 0 || height <= 0)
            return new CorruptImage(format, $"it says that it is {width}×{height} pixels");
        if (limits.Check(width, height) is { } refused)
            return refused;
        if (codec.FrameCount > 1)
            return new UnsupportedVariant(format, "several frames (an animation)");
        ct.ThrowIfCancellationRequested();
        // Without a target colour space Skia leaves the numbers alone; CMYK has no RGB numbers to leave alone.
        using var colours = isCmyk ? SKColorSpace.CreateSrgb() : null;
        var alpha = codec.Info.IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(new SKImageInfo(width, height, SKColorType.Rgba8888, alpha, colours)))
            return new TooManyPixels(width, height, limits.MaxPixels);
        var decoded = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        ct.ThrowIfCancellationRequested();
        if (decoded != SKCodecResult.Success)
            return ErrorOf(decoded, format);
        var image = WithoutAlpha(bitmap);
        return new DecodedImage(
            OrientationTransform.Apply(image, (Orientation)codec.EncodedOrigin), format, 8, width, height, []);
    }

    private static RgbImage WithoutAlpha(SKBitmap bitmap)
    {
        var image = new RgbImage(bitmap.Width, bitmap.Height);
        var source = bitmap.GetPixelSpan();
        for (var y = 0; y < image.Height; y++)
        {
            var from = source.Slice(y * bitmap.RowBytes, image.Width * BytesPerPixel);
            var to = image.Row(y);
            for (var x = 0; x < image.Width; x++)
                from.Slice(x * BytesPerPixel, RgbImage.Channels).CopyTo(to[(x * RgbImage.Channels)..]);
        }

        return image;
    }

    private static Error ErrorOf(SKCodecResult result, string format) => result switch
    {
        SKCodecResult.IncompleteInput => new TruncatedImage(format),
        SKCodecResult.ErrorInInput => new CorruptImage(format, "its data is damaged"),
        SKCodecResult.InvalidInput => new CorruptImage(format, "its header is damaged"),
        SKCodecResult.Unimplemented => new UnsupportedVariant(format, "a kind of compression"),
        _ => new CorruptImage(format, "it cannot be read"),
    };
}
