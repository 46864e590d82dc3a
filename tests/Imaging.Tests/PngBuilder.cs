using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace FewShotAD.Imaging.Tests;

/// <summary>Builds any PNG of the standard from samples: the slow counterpart of the decoder, with filter 0 on every row.</summary>
internal sealed class PngBuilder(int width, int height, int depth, PngColour colour)
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly List<(string Type, byte[] Data)> before = [];

    public int Channels { get; } = new PngHeader(width, height, depth, colour, false).Channels;

    public bool Interlaced { get; init; }

    public PngBuilder With(string type, byte[] data)
    {
        before.Add((type, data));
        return this;
    }

    /// <param name="sample">The value at (x, y, channel).</param>
    public byte[] Build(Func<int, int, int, int> sample)
    {
        using var file = new MemoryStream();
        file.Write(PngFile.Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)colour, (byte)(Interlaced ? 1 : 0));
        Chunk(file, "IHDR", header);
        foreach (var (type, data) in before)
            Chunk(file, type, data);
        Chunk(file, "IDAT", Pack(sample));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private byte[] Pack(Func<int, int, int, int> sample)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            foreach (var (firstX, firstY, stepX, stepY) in Interlaced ? Passes : [(0, 0, 1, 1)])
            {
                if (firstX >= width)
                    continue;
                for (var y = firstY; y < height; y += stepY)
                {
                    var bits = new StringBuilder();
                    for (var x = firstX; x < width; x += stepX)
                    {
                        for (var c = 0; c < Channels; c++)
                            bits.Append(Convert.ToString(sample(x, y, c), 2).PadLeft(depth, '0'));
                    }

                    zlib.WriteByte(0);
                    var row = bits.ToString();
                    for (var i = 0; i < row.Length; i += 8)
                        zlib.WriteByte(Convert.ToByte(row.Substring(i, Math.Min(8, row.Length - i)).PadRight(8, '0'), 2));
                }
            }
        }

        return packed.ToArray();
    }

    private static void Chunk(Stream file, string type, byte[] data)
    {
        PngChunk.Write(file, BinaryPrimitives.ReadUInt32BigEndian(Encoding.ASCII.GetBytes(type)), data);
    }
}
