using System.Runtime.InteropServices;
using BitMiracle.LibTiff.Classic;
using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

/// <summary>
/// The first page of a TIFF 6.0: grey and RGB of 8 or 16 bits read here (16 bits scaled over the whole range, as in PNG), the rest
/// (palette, 1 to 4 bits, CMYK, YCbCr) by the library's conversion to 8-bit RGB.
/// </summary>
internal static class TiffDecoder
{
    private const string MorePages = "The file has more than one page; the first was taken.";

    static TiffDecoder() => Tiff.SetErrorHandler(new SilentTiffErrors());

    public static Result<DecodedImage> Decode(ReadOnlyMemory<byte> file, DecodeLimits limits, CancellationToken ct)
    {
        if (TiffDirectory.Check(file.Span) is { } error)
            return error;
        try
        {
            using var tiff = Tiff.ClientOpen("upload", "r", new object(), new TiffMemory(file));
            return tiff is null ? Corrupt("its directory is damaged") : Decode(tiff, file.Length, limits, ct);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The library answers damage with whatever exception its code happens to meet; to the user all of them are a damaged file.
            return Corrupt("its data is damaged");
        }
    }

    private static Result<DecodedImage> Decode(Tiff tiff, int fileBytes, DecodeLimits limits, CancellationToken ct)
    {
        var read = TiffLayout.Read(tiff);
        if (!read.Succeeded)
            return read.Error;
        var layout = read.Value;
        if (limits.Check(layout.Width, layout.Height) is { } refused)
            return refused;
        var hasMorePages = !tiff.LastDirectory();
        var range = new SampleRange(layout.BitDepth);
        var image = layout.IsDirect && layout.Compression != Compression.JPEG
            ? ReadSamples(tiff, layout, fileBytes, range, ct)
            : ReadConverted(tiff, layout, fileBytes);
        if (!image.Succeeded)
            return image.Error;
        var upright = OrientationTransform.Apply(image.Value, layout.Orientation);
        IReadOnlyList<string> notes = hasMorePages ? [MorePages, .. range.Notes] : range.Notes;
        return new DecodedImage(upright, SupportedFormats.Tiff, layout.BitDepth, layout.Width, layout.Height, notes);
    }

    private static Result<RgbImage> ReadSamples(Tiff tiff, TiffLayout layout, int fileBytes, SampleRange range, CancellationToken ct)
    {
        var image = new RgbImage(layout.Width, layout.Height);
        // Planes come one after the other, so the alpha that divides them is only known at the end.
        var isSeparate = layout.Planes == PlanarConfig.SEPARATE && layout.Samples > 1;
        if (isSeparate && layout.HasAssociatedAlpha)
            return new UnsupportedVariant(SupportedFormats.Tiff, "premultiplied alpha in a plane of its own");
        var error = TiffBlocks.Read(tiff, layout, fileBytes, block =>
        {
            for (var row = 0; row < block.Rows; row++)
            {
                var source = block.Data.Slice(row * block.Stride, block.Stride);
                var target = image.Row(block.Y + row)[(block.X * RgbImage.Channels)..];
                if (isSeparate)
                    UnpackPlane(source, target, block, layout, range);
                else
                    UnpackPixels(source, target, block.Columns, layout, range);
            }
        }, ct);
        return error is null ? image : error;
    }

    private static void UnpackPixels(ReadOnlySpan<byte> source, Span<byte> target, int columns, TiffLayout layout, SampleRange range)
    {
        for (var x = 0; x < columns; x++)
        {
            var at = x * layout.Samples;
            var alpha = layout.HasAssociatedAlpha ? Sample(source, at + layout.ColourSamples, layout.BitDepth) : layout.White();
            for (var c = 0; c < RgbImage.Channels; c++)
            {
                var sample = Sample(source, at + Math.Min(c, layout.ColourSamples - 1), layout.BitDepth);
                target[x * RgbImage.Channels + c] = range.ToByte(layout.Straight(sample, alpha));
            }
        }
    }

    private static void UnpackPlane(ReadOnlySpan<byte> source, Span<byte> target, TiffBlock block, TiffLayout layout, SampleRange range)
    {
        if (block.Plane >= layout.ColourSamples)
            return;
        for (var x = 0; x < block.Columns; x++)
        {
            var value = range.ToByte(layout.Straight(Sample(source, x, layout.BitDepth), layout.White()));
            if (layout.ColourSamples == 1)
                target.Slice(x * RgbImage.Channels, RgbImage.Channels).Fill(value);
            else
                target[x * RgbImage.Channels + block.Plane] = value;
        }
    }

    private static Result<RgbImage> ReadConverted(Tiff tiff, TiffLayout layout, int fileBytes)
    {
        if (TiffBlocks.CheckRanges(tiff, tiff.IsTiled(), fileBytes) is { } error)
            return error;
        if (!tiff.RGBAImageOK(out _))
            return new UnsupportedVariant(SupportedFormats.Tiff, $"{layout.BitDepth}-bit “{layout.Photometric}” pixels");
        var raster = new int[layout.Width * layout.Height];
        // Asked for the stored orientation, the library turns nothing: turning is done in one place, for all formats.
        var stored = (BitMiracle.LibTiff.Classic.Orientation)layout.Orientation;
        if (!tiff.ReadRGBAImageOriented(layout.Width, layout.Height, raster, stored, stopOnError: true))
            return Corrupt("its data is damaged");
        var image = new RgbImage(layout.Width, layout.Height);
        for (var i = 0; i < raster.Length; i++)
        {
            image.Pixels[i * RgbImage.Channels] = (byte)Tiff.GetR(raster[i]);
            image.Pixels[i * RgbImage.Channels + 1] = (byte)Tiff.GetG(raster[i]);
            image.Pixels[i * RgbImage.Channels + 2] = (byte)Tiff.GetB(raster[i]);
        }

        return image;
    }

    private static int Sample(ReadOnlySpan<byte> row, int index, int depth) =>
        depth == 8 ? row[index] : MemoryMarshal.Read<ushort>(row[(index * 2)..]);

    private static CorruptImage Corrupt(string found) => new(SupportedFormats.Tiff, found);
}
