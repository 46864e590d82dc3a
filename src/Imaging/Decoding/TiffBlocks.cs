using BitMiracle.LibTiff.Classic;
using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

/// <summary>One unpacked strip or tile: native 16-bit order, <c>Stride</c> bytes per row, placed at (X, Y) of the picture.</summary>
/// <param name="Plane">Sample that the block holds when planes are stored apart, else 0.</param>
internal readonly ref struct TiffBlock(ReadOnlySpan<byte> data, int x, int y, int columns, int rows, int stride, int plane)
{
    public ReadOnlySpan<byte> Data { get; } = data;

    public int X { get; } = x;

    public int Y { get; } = y;

    /// <summary>Columns within the picture; tiles at the edge are wider.</summary>
    public int Columns { get; } = columns;

    public int Rows { get; } = rows;

    public int Stride { get; } = stride;

    public int Plane { get; } = plane;
}

internal delegate void TiffBlockSink(TiffBlock block);

/// <summary>Reads strips and tiles alike, after checking that they lie within the file.</summary>
internal static class TiffBlocks
{
    /// <summary>Tiles may reach beyond a small picture, but a tile of more pixels than this is there to take memory.</summary>
    private const long MaxTilePixels = 4096 * 4096;

    public static Error? Read(Tiff tiff, TiffLayout layout, long fileBytes, TiffBlockSink sink, CancellationToken ct)
    {
        var isTiled = tiff.IsTiled();
        var width = isTiled ? Field(tiff, TiffTag.TILEWIDTH, 0) : layout.Width;
        var height = isTiled
            ? Field(tiff, TiffTag.TILELENGTH, 0)
            : Math.Min(Field(tiff, TiffTag.ROWSPERSTRIP, layout.Height), layout.Height);
        // "All rows in one strip" is written as the largest number, which reads as a negative one.
        if (!isTiled && height <= 0)
            height = layout.Height;
        if (width <= 0 || height <= 0 || (isTiled && (long)width * height > MaxTilePixels))
            return Corrupt("its tiles have an impossible size");
        if (CheckRanges(tiff, isTiled, fileBytes) is { } error)
            return error;
        var isSeparate = layout.Planes == PlanarConfig.SEPARATE && layout.Samples > 1;
        var stride = width * (isSeparate ? 1 : layout.Samples) * (layout.BitDepth / 8);
        var buffer = new byte[checked((long)stride * height)];
        var index = 0;
        for (var plane = 0; plane < (isSeparate ? layout.Samples : 1); plane++)
        {
            for (var y = 0; y < layout.Height; y += height)
            {
                ct.ThrowIfCancellationRequested();
                for (var x = 0; x < layout.Width; x += width)
                {
                    var rows = Math.Min(height, layout.Height - y);
                    var needed = (isTiled ? height : rows) * stride;
                    var read = isTiled
                        ? tiff.ReadEncodedTile(index, buffer, 0, needed)
                        : tiff.ReadEncodedStrip(index, buffer, 0, needed);
                    if (read < needed)
                        return Corrupt("its compressed data is damaged");
                    sink(new TiffBlock(buffer, x, y, Math.Min(width, layout.Width - x), rows, stride, plane));
                    index++;
                }
            }
        }

        return null;
    }

    /// <summary>Null when every strip or tile lies within the file.</summary>
    public static Error? CheckRanges(Tiff tiff, bool isTiled, long fileBytes)
    {
        var offsets = Numbers(tiff, isTiled ? TiffTag.TILEOFFSETS : TiffTag.STRIPOFFSETS);
        var counts = Numbers(tiff, isTiled ? TiffTag.TILEBYTECOUNTS : TiffTag.STRIPBYTECOUNTS);
        if (offsets.Length == 0 || counts.Length < offsets.Length)
            return Corrupt("its list of parts is damaged");
        for (var i = 0; i < offsets.Length; i++)
        {
            if ((uint)offsets[i] + (long)(uint)counts[i] > fileBytes)
                return new TruncatedImage(SupportedFormats.Tiff);
        }

        return null;
    }

    private static int Field(Tiff tiff, TiffTag tag, int missing) =>
        tiff.GetField(tag) is { Length: > 0 } found ? found[0].ToInt() : missing;

    private static int[] Numbers(Tiff tiff, TiffTag tag) => tiff.GetField(tag) is { Length: > 0 } found ? found[0].ToIntArray() ?? [] : [];

    private static CorruptImage Corrupt(string found) => new(SupportedFormats.Tiff, found);
}
