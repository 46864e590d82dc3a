using System.Buffers.Binary;
using System.IO.Compression;

namespace FewShotAD.Imaging;

/// <summary>
/// Writes PNG (ISO/IEC 15948) with the chunks IHDR, IDAT and IEND and nothing else: no time, text, profile or EXIF can leave with a
/// derived picture. The compressed data is written as it comes, so memory stays flat.
/// </summary>
public static class PngWriter
{
    private const int IdatBytes = 64 * 1024;

    public static void Write(RgbImage image, Stream target)
    {
        ArgumentNullException.ThrowIfNull(image);
        Write(image.Pixels, image.Width, image.Height, RgbImage.Channels, target);
    }

    /// <summary>Writes 8-bit grey values (a mask: non-zero where the defect is), <c>width · height</c> of them, row by row.</summary>
    public static void WriteGrey(byte[] values, int width, int height, Stream target)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (values.LongLength != (long)width * height)
            throw new ArgumentException($"{width}×{height} needs {(long)width * height} values, not {values.LongLength}.", nameof(values));
        Write(values, width, height, channels: 1, target);
    }

    private static void Write(byte[] pixels, int width, int height, int channels, Stream target)
    {
        ArgumentNullException.ThrowIfNull(target);
        target.Write(PngFile.Signature);
        Span<byte> header = stackalloc byte[PngHeader.Length];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = (byte)(channels == 1 ? PngColour.Grey : PngColour.Rgb);
        header[10..].Clear();
        PngChunk.Write(target, PngChunk.Header, header);
        using (var chunks = new BufferedStream(new PngDataChunks(target), IdatBytes))
        using (var packed = new ZLibStream(chunks, CompressionLevel.Optimal))
        {
            WriteRows(pixels, width * channels, height, channels, packed);
        }

        PngChunk.Write(target, PngChunk.End, []);
    }

    private static void WriteRows(byte[] pixels, int stride, int height, int channels, Stream packed)
    {
        var filtered = new byte[1 + stride];
        var candidate = new byte[1 + stride];
        var above = new byte[stride];
        for (var y = 0; y < height; y++)
        {
            var row = pixels.AsSpan(y * stride, stride);
            var best = long.MaxValue;
            // The standard's own heuristic: the filter with the smallest sum of absolute differences.
            foreach (var filter in (ReadOnlySpan<PngFilter>)[PngFilter.Sub, PngFilter.Up, PngFilter.Paeth])
            {
                var cost = PngFiltering.Apply(filter, row, above, channels, candidate);
                if (cost >= best)
                    continue;
                best = cost;
                (filtered, candidate) = (candidate, filtered);
            }

            packed.Write(filtered);
            row.CopyTo(above);
        }
    }
}
