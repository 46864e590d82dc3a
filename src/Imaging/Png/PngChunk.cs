using System.Buffers.Binary;

namespace FewShotAD.Imaging;

/// <summary>Chunk types as big-endian numbers, their checksum, and writing one.</summary>
internal static class PngChunk
{
    public const uint Header = 0x49484452;
    public const uint Palette = 0x504C5445;
    public const uint Data = 0x49444154;
    public const uint End = 0x49454E44;
    public const uint Exif = 0x65584966;

    /// <summary>Bytes around the data of a chunk: length, type and checksum.</summary>
    public const int Frame = 12;

    /// <summary>Bit 5 of the first letter: lower case may be ignored by readers.</summary>
    private const uint AncillaryBit = 0x20000000;

    private static readonly uint[] CrcTable = MakeCrcTable();

    public static bool IsCritical(uint type) => (type & AncillaryBit) == 0;

    public static void Write(Stream target, uint type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(word[4..], type);
        target.Write(word);
        target.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, Finish(Extend(Extend(uint.MaxValue, word[4..]), data)));
        target.Write(word[..4]);
    }

    /// <summary>CRC-32 of type and data together (ISO/IEC 15948, annex D).</summary>
    public static uint Crc(ReadOnlySpan<byte> typeAndData) => Finish(Extend(uint.MaxValue, typeAndData));

    private static uint Finish(uint crc) => ~crc;

    private static uint Extend(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        const uint reversedPolynomial = 0xEDB88320;
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : reversedPolynomial ^ (crc >> 1);
            table[i] = crc;
        }

        return table;
    }
}
