namespace FewShotAD.Imaging;

/// <summary>A picture and what its file said about it.</summary>
/// <param name="Image">The upright picture.</param>
/// <param name="Format">One of <see cref="SupportedFormats"/>: the content's, not the name's.</param>
/// <param name="BitDepth">Bits per sample in the file: 1, 2, 4, 8 or 16 (a palette counts the bits of its index).</param>
/// <param name="OriginalWidth">Pixels as stored, before orientation.</param>
/// <param name="OriginalHeight">Pixels as stored, before orientation.</param>
/// <param name="Notes">Sentences for the user about what was accepted but not taken over as it is; mostly empty.</param>
public sealed record DecodedImage(
    RgbImage Image, string Format, int BitDepth, int OriginalWidth, int OriginalHeight, IReadOnlyList<string> Notes);

/// <summary>The names of the formats that the decoder reads.</summary>
public static class SupportedFormats
{
    public const string Png = "PNG";
    public const string Jpeg = "JPEG";
    public const string Bmp = "BMP";
    public const string Tiff = "TIFF";
    public const string WebP = "WebP";

    /// <summary>For sentences.</summary>
    public const string Listed = "PNG, JPEG, BMP, TIFF or WebP";
}
