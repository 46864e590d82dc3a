using System.Buffers.Binary;
using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

/// <summary>
/// Decodes every PNG of the standard to 8-bit RGB. Alpha is stored unassociated in PNG, so leaving it out leaves the colours as they
/// are. Samples of 16 bits are rounded over the whole range, v·255/65535, never clipped and never stretched to what the file uses:
/// two shots of one camera must stay comparable. Colour profiles and gamma are not applied.
/// </summary>
internal static class PngDecoder
{
    public static Result<DecodedImage> Decode(ReadOnlyMemory<byte> bytes, DecodeLimits limits, CancellationToken ct)
    {
        var read = PngFile.Read(bytes, limits);
        if (!read.Succeeded)
            return read.Error;
        var file = read.Value;
        var header = file.Header;
        var image = new RgbImage(header.Width, header.Height);
        var range = new SampleRange(header.BitDepth);
        var error = PngRows.Read(file, (row, pass, columns, y) => Unpack(file, row, pass, columns, image.Row(y), range), ct);
        if (error is not null)
            return error;
        var upright = OrientationTransform.Apply(image, file.Orientation);
        return new DecodedImage(upright, SupportedFormats.Png, header.BitDepth, header.Width, header.Height, range.Notes);
    }

    /// <summary>A mask: 255 where any colour sample of the file is not zero and the pixel is not fully transparent, else 0.</summary>
    public static Result<Mask> DecodeMask(ReadOnlyMemory<byte> bytes, DecodeLimits limits, CancellationToken ct)
    {
        var read = PngFile.Read(bytes, limits);
        if (!read.Succeeded)
            return read.Error;
        var file = read.Value;
        var header = file.Header;
        var values = new byte[header.Width * header.Height];
        var error = PngRows.Read(file, (row, pass, columns, y) =>
        {
            var target = values.AsSpan(y * header.Width, header.Width);
            for (var i = 0; i < columns; i++)
                target[pass.FirstX + i * pass.StepX] = IsDefect(file, row, i) ? byte.MaxValue : (byte)0;
        }, ct);
        return error is null ? new Mask(header.Width, header.Height, values) : error;
    }

    private static void Unpack(PngFile file, ReadOnlySpan<byte> row, PngPass pass, int columns, Span<byte> target, SampleRange range)
    {
        var header = file.Header;
        var isGrey = header.Colour is PngColour.Grey or PngColour.GreyAlpha;
        for (var i = 0; i < columns; i++)
        {
            var pixel = target.Slice((pass.FirstX + i * pass.StepX) * RgbImage.Channels, RgbImage.Channels);
            var at = i * header.Channels;
            if (header.Colour == PngColour.Palette)
                file.Palette.Slice(Sample(row, at, header.BitDepth) * RgbImage.Channels, RgbImage.Channels).CopyTo(pixel);
            else if (isGrey)
                pixel.Fill(range.ToByte(Sample(row, at, header.BitDepth)));
            else
            {
                for (var c = 0; c < RgbImage.Channels; c++)
                    pixel[c] = range.ToByte(Sample(row, at + c, header.BitDepth));
            }
        }
    }

    private static bool IsDefect(PngFile file, ReadOnlySpan<byte> row, int pixel)
    {
        var header = file.Header;
        var at = pixel * header.Channels;
        int At(ReadOnlySpan<byte> samples, int channel) => Sample(samples, at + channel, header.BitDepth);
        return header.Colour switch
        {
            PngColour.Palette => file.Palette.Slice(At(row, 0) * RgbImage.Channels, RgbImage.Channels).ContainsAnyExcept((byte)0),
            PngColour.Grey => At(row, 0) != 0,
            PngColour.GreyAlpha => At(row, 0) != 0 && At(row, 1) != 0,
            PngColour.Rgb => (At(row, 0) | At(row, 1) | At(row, 2)) != 0,
            _ => (At(row, 0) | At(row, 1) | At(row, 2)) != 0 && At(row, 3) != 0,
        };
    }

    /// <summary>Sample number <paramref name="index"/> of a row, packed at 1 to 16 bits, highest bits first.</summary>
    private static int Sample(ReadOnlySpan<byte> row, int index, int depth)
    {
        if (depth == 8)
            return row[index];
        if (depth == 16)
            return BinaryPrimitives.ReadUInt16BigEndian(row[(index * 2)..]);
        var bit = index * depth;
        return (row[bit >> 3] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
    }
}
