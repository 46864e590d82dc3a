using System.Buffers.Binary;
using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

internal enum PngColour : byte
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    RgbAlpha = 6,
}

/// <summary>The IHDR chunk.</summary>
internal sealed record PngHeader(int Width, int Height, int BitDepth, PngColour Colour, bool Interlaced)
{
    public const int Length = 13;

    public int Channels => Colour switch
    {
        PngColour.Rgb => 3,
        PngColour.GreyAlpha => 2,
        PngColour.RgbAlpha => 4,
        _ => 1,
    };

    public int BitsPerPixel => Channels * BitDepth;

    public static Result<PngHeader> Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length != Length)
            return Corrupt("its header has the wrong length");
        var width = BinaryPrimitives.ReadUInt32BigEndian(data);
        var height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            return Corrupt($"it says that it is {width}×{height} pixels");
        var (depth, colour, compression, filter, interlace) = (data[8], (PngColour)data[9], data[10], data[11], data[12]);
        if (!IsAllowed(depth, colour) || compression != 0 || filter != 0 || interlace > 1)
            return Corrupt("its header names a pixel layout that does not exist");
        return new PngHeader((int)width, (int)height, depth, colour, interlace == 1);
    }

    private static bool IsAllowed(int depth, PngColour colour) => colour switch
    {
        PngColour.Grey => depth is 1 or 2 or 4 or 8 or 16,
        PngColour.Palette => depth is 1 or 2 or 4 or 8,
        PngColour.Rgb or PngColour.GreyAlpha or PngColour.RgbAlpha => depth is 8 or 16,
        _ => false,
    };

    private static CorruptImage Corrupt(string found) => new(SupportedFormats.Png, found);
}
