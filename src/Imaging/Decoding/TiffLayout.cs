using BitMiracle.LibTiff.Classic;
using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

/// <summary>How the samples of a TIFF's first page are stored, checked for what can be read.</summary>
/// <param name="Samples">Per pixel, extra ones such as alpha included.</param>
/// <param name="HasAssociatedAlpha">The colours are multiplied by the sample behind them.</param>
internal sealed record TiffLayout(
    int Width, int Height, int BitDepth, int Samples, Photometric Photometric, PlanarConfig Planes, Compression Compression,
    bool HasAssociatedAlpha, Orientation Orientation)
{
    private const int MaxSamples = 5;

    public int ColourSamples => Photometric == Photometric.RGB ? 3 : 1;

    /// <summary>Plain grey or RGB samples of 8 or 16 bits; everything else goes through the library's own conversion to RGB.</summary>
    public bool IsDirect =>
        BitDepth is 8 or 16
        && Photometric is Photometric.MINISBLACK or Photometric.MINISWHITE or Photometric.RGB
        && Samples >= ColourSamples;

    public int White() => (1 << BitDepth) - 1;

    /// <summary>The sample as it was before multiplication by alpha, and with zero as black.</summary>
    public int Straight(int sample, int alpha)
    {
        var white = White();
        var straight = alpha == white ? sample : alpha == 0 ? 0 : (int)Math.Min(white, ((long)sample * white + alpha / 2) / alpha);
        return Photometric == Photometric.MINISWHITE ? white - straight : straight;
    }

    public static Result<TiffLayout> Read(Tiff tiff)
    {
        var layout = new TiffLayout(
            Number(tiff, TiffTag.IMAGEWIDTH, 0),
            Number(tiff, TiffTag.IMAGELENGTH, 0),
            Number(tiff, TiffTag.BITSPERSAMPLE, 1),
            Number(tiff, TiffTag.SAMPLESPERPIXEL, 1),
            (Photometric)Number(tiff, TiffTag.PHOTOMETRIC, -1),
            (PlanarConfig)Number(tiff, TiffTag.PLANARCONFIG, (int)PlanarConfig.CONTIG),
            (Compression)Number(tiff, TiffTag.COMPRESSION, (int)Compression.NONE),
            IsAlphaAssociated(tiff),
            (Orientation)Number(tiff, TiffTag.ORIENTATION, 1));
        if (layout.Width <= 0 || layout.Height <= 0)
            return new CorruptImage(SupportedFormats.Tiff, $"it says that it is {layout.Width}×{layout.Height} pixels");
        if (layout.Samples is < 1 or > MaxSamples)
            return Variant($"{layout.Samples} samples per pixel");
        if (layout.BitDepth is not (1 or 2 or 4 or 8 or 16))
            return Variant($"{layout.BitDepth} bits per sample");
        if (Number(tiff, TiffTag.SAMPLEFORMAT, (int)SampleFormat.UINT) is not ((int)SampleFormat.UINT or (int)SampleFormat.VOID))
            return Variant("signed or floating-point samples");
        // Fax and old JPEG compression are no camera's format and the least tried code of the library.
        return layout.Compression is Compression.NONE or Compression.LZW or Compression.PACKBITS or Compression.JPEG
            or Compression.DEFLATE or Compression.ADOBE_DEFLATE
            ? layout
            : Variant($"the compression “{layout.Compression}”");
    }

    private static int Number(Tiff tiff, TiffTag tag, int missing) =>
        tiff.GetField(tag) is { Length: > 0 } found ? found[0].ToInt() : missing;

    private static bool IsAlphaAssociated(Tiff tiff) =>
        tiff.GetField(TiffTag.EXTRASAMPLES) is { Length: > 1 } found
        && found[1].ToShortArray() is { Length: > 0 } kinds
        && kinds[0] == (short)ExtraSample.ASSOCALPHA;

    private static UnsupportedVariant Variant(string found) => new(SupportedFormats.Tiff, found);
}
