using System.Buffers.Binary;

namespace FewShotAD.Domain.Evaluation;

/// <summary>
/// The stored form of a raw anomaly map: 16 bytes of header — "FSAM", version 1 (uint16), element type 1 = float16 (uint16),
/// height (uint32), width (uint32) — then height × width little-endian float16 values, row by row.
/// </summary>
public static class AnomalyMapFile
{
    public const int HeaderBytes = 16;

    /// <summary>Far above any model's map, in values. It keeps the product of two sides from a broken header within its type.</summary>
    public const int MaxSide = 8_192;

    private const ushort Version = 1;
    private const ushort Float16 = 1;

    private static ReadOnlySpan<byte> Magic => "FSAM"u8;

    /// <param name="map">height × width values, row by row.</param>
    public static byte[] Encode(ReadOnlySpan<float> map, int height, int width)
    {
        if (height is < 1 or > MaxSide || width is < 1 or > MaxSide || map.Length != height * width)
            throw new ArgumentException($"{map.Length} values are not {height}×{width}.", nameof(map));
        var bytes = new byte[HeaderBytes + (map.Length * 2)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), Float16);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), (uint)height);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), (uint)width);
        for (var i = 0; i < map.Length; i++)
            BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(HeaderBytes + (i * 2)), (Half)map[i]);
        return bytes;
    }

    /// <exception cref="InvalidDataException">The bytes are not a map of this version.</exception>
    public static (float[] Map, int Height, int Width) Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || !bytes[..4].SequenceEqual(Magic)
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) != Version
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]) != Float16)
            throw new InvalidDataException("Not an anomaly map of version 1.");
        var height = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        var width = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        if (height is < 1 or > MaxSide || width is < 1 or > MaxSide || bytes.Length != HeaderBytes + ((long)height * width * 2))
            throw new InvalidDataException($"An anomaly map of {height}×{width} does not have {bytes.Length} bytes.");
        var map = new float[height * width];
        for (var i = 0; i < map.Length; i++)
            map[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(HeaderBytes + (i * 2))..]);
        return (map, (int)height, (int)width);
    }
}
