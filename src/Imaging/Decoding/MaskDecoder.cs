using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

/// <summary>
/// Reads ground truth. Any PNG will do: 1 to 16 bits, grey, colour or palette; a pixel is defective where its colour is not black
/// and not fully transparent, by the samples of the file (a 1 in a 16-bit mask counts). BMP and TIFF are read by their colour;
/// lossy formats are refused.
/// </summary>
public static class MaskDecoder
{
    public static Result<Mask> Decode(Stream content, DecodeLimits limits, CancellationToken ct)
    {
        var bytes = BoundedRead.All(content, limits, ct);
        return bytes.Succeeded ? Decode(bytes.Value, limits, ct) : bytes.Error;
    }

    public static Result<Mask> Decode(ReadOnlyMemory<byte> file, DecodeLimits limits, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var format = FormatSniffer.Find(file.Span);
        if (!format.Succeeded)
            return format.Error;
        switch (format.Value)
        {
            case SupportedFormats.Png:
                return PngDecoder.DecodeMask(file, limits, ct);
            case SupportedFormats.Bmp or SupportedFormats.Tiff:
                var decoded = ImageDecoder.Decode(file, limits, ct);
                return decoded.Succeeded ? OfColours(decoded.Value.Image) : decoded.Error;
            default:
                return new LossyMask(format.Value);
        }
    }

    private static Mask OfColours(RgbImage image)
    {
        var values = new byte[image.Width * image.Height];
        for (var i = 0; i < values.Length; i++)
        {
            var pixel = image.Pixels.AsSpan(i * RgbImage.Channels, RgbImage.Channels);
            values[i] = pixel.ContainsAnyExcept((byte)0) ? byte.MaxValue : (byte)0;
        }

        return new Mask(image.Width, image.Height, values);
    }
}
