using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

/// <summary>
/// The one decoder: the upload and the training process read pictures here, so that a score never depends on who decoded.
/// The content decides the format. Sides and pixels are checked on the header, before memory is taken. Orientation is applied,
/// alpha is left out, 16 bits are scaled over their whole range, and an embedded colour profile is not applied (except to CMYK,
/// which has no RGB without one): the numbers stay those that the camera wrote. No input makes it throw; only a cancelled token does.
/// </summary>
public static class ImageDecoder
{
    /// <summary>Decodes what the stream holds from its current position on.</summary>
    /// <exception cref="IOException">The stream itself failed.</exception>
    public static Result<DecodedImage> Decode(Stream content, DecodeLimits limits, CancellationToken ct)
    {
        var bytes = BoundedRead.All(content, limits, ct);
        return bytes.Succeeded ? Decode(bytes.Value, limits, ct) : bytes.Error;
    }

    /// <summary>Decodes a file of the file system.</summary>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static Result<DecodedImage> Decode(string path, DecodeLimits limits, CancellationToken ct)
    {
        using var content = File.OpenRead(path);
        return Decode(content, limits, ct);
    }

    public static Result<DecodedImage> Decode(ReadOnlyMemory<byte> file, DecodeLimits limits, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (file.Length > limits.MaxBytes)
            return new FileTooLarge(limits.MaxBytes);
        var format = FormatSniffer.Find(file.Span);
        if (!format.Succeeded)
            return format.Error;
        return format.Value switch
        {
            SupportedFormats.Png => PngDecoder.Decode(file, limits, ct),
            SupportedFormats.Tiff => TiffDecoder.Decode(file, limits, ct),
            _ => SkiaDecoder.Decode(file, format.Value, limits, ct),
        };
    }
}
