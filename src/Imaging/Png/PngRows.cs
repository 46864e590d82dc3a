using System.IO.Compression;
using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

/// <summary>Where the pixels of one interlacing pass lie in the picture; a plain PNG is one pass with steps of one.</summary>
internal readonly record struct PngPass(int FirstX, int FirstY, int StepX, int StepY)
{
    private static readonly PngPass[] Adam7 =
        [new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2)];

    private static readonly PngPass[] Plain = [new(0, 0, 1, 1)];

    public static IReadOnlyList<PngPass> Of(PngHeader header) => header.Interlaced ? Adam7 : Plain;

    /// <summary>Pixels of each row of the pass in a picture of this width; 0 in tiny pictures.</summary>
    public int Columns(int width) => (width - FirstX + StepX - 1) / StepX;
}

/// <summary>Takes one row, packed as in the file; pixel <c>i</c> stands at <c>(pass.FirstX + i · pass.StepX, y)</c>.</summary>
internal delegate void PngRowSink(ReadOnlySpan<byte> row, PngPass pass, int columns, int y);

/// <summary>Unpacks the data of a PNG row by row: memory is two rows, whatever the file claims.</summary>
internal static class PngRows
{
    private const int RowsBetweenCancelChecks = 64;

    /// <summary>Gives every row to <paramref name="sink"/>, or returns why it cannot.</summary>
    public static Error? Read(PngFile file, PngRowSink sink, CancellationToken ct)
    {
        using var packed = new PngDataStream(file.Data);
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        try
        {
            foreach (var pass in PngPass.Of(file.Header))
            {
                if (ReadPass(file.Header, pass, unpacked, sink, ct) is { } error)
                    return error;
            }

            // Reading past the last row is what makes the stream compare its own checksum.
            _ = unpacked.ReadByte();
            return null;
        }
        catch (EndOfStreamException)
        {
            return new TruncatedImage(SupportedFormats.Png);
        }
        catch (InvalidDataException)
        {
            return Corrupt("its compressed data is damaged");
        }
    }

    private static CorruptImage? ReadPass(PngHeader header, PngPass pass, Stream unpacked, PngRowSink sink, CancellationToken ct)
    {
        var columns = pass.Columns(header.Width);
        if (columns <= 0)
            return null;
        var stride = (int)(((long)columns * header.BitsPerPixel + 7) / 8);
        var step = Math.Max(1, header.BitsPerPixel / 8);
        var row = new byte[1 + stride];
        var above = new byte[1 + stride];
        var rows = 0;
        for (var y = pass.FirstY; y < header.Height; y += pass.StepY)
        {
            if (rows++ % RowsBetweenCancelChecks == 0)
                ct.ThrowIfCancellationRequested();
            unpacked.ReadExactly(row);
            if (!PngFiltering.Undo((PngFilter)row[0], row.AsSpan(1), above.AsSpan(1), step))
                return Corrupt("a row has a filter that does not exist");
            sink(row.AsSpan(1), pass, columns, y);
            (row, above) = (above, row);
        }

        return null;
    }

    private static CorruptImage Corrupt(string found) => new(SupportedFormats.Png, found);
}
