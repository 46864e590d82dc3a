using System.Buffers.Binary;
using FewShotAD.Domain.Evaluation;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Evaluation;

public sealed class AnomalyMapFileTests
{
    [Property(MaxTest = 300)]
    public void Every_float16_comes_back_as_it_was(ushort[] bits, byte columns)
    {
        var width = 1 + (columns % 7);
        var map = bits.Select(b => (float)BitConverter.UInt16BitsToHalf(b)).Append(0).ToArray();
        var height = map.Length / width;
        if (height == 0)
            (height, width) = (1, map.Length);
        map = map[..(height * width)];

        var (decoded, h, w) = AnomalyMapFile.Decode(AnomalyMapFile.Encode(map, height, width));

        Assert.Equal((height, width), (h, w));
        Assert.Equal(map, decoded);
    }

    [Fact]
    public void All_65536_values_of_float16_are_exact()
    {
        var map = Enumerable.Range(0, 65_536).Select(b => (float)BitConverter.UInt16BitsToHalf((ushort)b)).ToArray();
        Assert.Equal(map, AnomalyMapFile.Decode(AnomalyMapFile.Encode(map, 256, 256)).Map);
    }

    [Theory]
    [InlineData(2049, 2048)] // halfway between two float16: to the even one
    [InlineData(2051, 2052)]
    [InlineData(65_519, 65_504)] // the largest finite one
    [InlineData(1e-9f, 0)]
    public void Another_value_becomes_the_nearest_float16(float value, float nearest) =>
        Assert.Equal(nearest, AnomalyMapFile.Decode(AnomalyMapFile.Encode([value], 1, 1)).Map[0]);

    [Fact]
    public void The_layout_is_the_documented_one()
    {
        var bytes = AnomalyMapFile.Encode([1, -2, 0.5f, 0, 65_504, 6e-8f], 2, 3);
        byte[] expected =
        [
            .. "FSAM"u8, 1, 0, 1, 0, 2, 0, 0, 0, 3, 0, 0, 0,
            0x00, 0x3c, 0x00, 0xc0, 0x00, 0x38, 0x00, 0x00, 0xff, 0x7b, 0x01, 0x00,
        ];
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData(2, 2, 3)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 5, 0)]
    [InlineData(-2, -3, 6)] // the product is right, the sides are not
    [InlineData(65_536, 65_536, 0)] // the product is 0 in 32 bits
    public void A_map_that_is_not_height_times_width_is_a_callers_bug(int height, int width, int values) =>
        Assert.Throws<ArgumentException>(() => AnomalyMapFile.Encode(new float[values], height, width));

    [Theory]
    [InlineData(2_147_549_185u, 4_294_836_226u)] // the product is 2 in the low 63 bits: exactly this file's two values
    [InlineData(uint.MaxValue, uint.MaxValue)]
    [InlineData(0x8000_0000u, 0x8000_0000u)]
    [InlineData(65_536u, 65_536u)]
    [InlineData(0u, 0u)]
    [InlineData(1u, 3u)]
    [InlineData(2u, uint.MaxValue)]
    public void Sides_that_the_bytes_do_not_have_are_refused(uint height, uint width) =>
        Assert.Throws<InvalidDataException>(() => AnomalyMapFile.Decode(WithSides(AnomalyMapFile.Encode([1, 2], 1, 2), height, width)));

    [Theory]
    [InlineData(0u, uint.MaxValue)]
    [InlineData(uint.MaxValue, 0u)]
    [InlineData(0u, 5u)]
    public void A_map_without_values_is_refused_whatever_its_other_side(uint height, uint width) =>
        Assert.Throws<InvalidDataException>(() =>
            AnomalyMapFile.Decode(WithSides(AnomalyMapFile.Encode([1], 1, 1), height, width).AsSpan(0, AnomalyMapFile.HeaderBytes)));

    [Property(MaxTest = 1_000)]
    public void Random_bytes_are_a_map_or_invalid_data(byte[] bytes) => DecodesOrRefuses(bytes);

    [Property(MaxTest = 2_000)]
    public void A_damaged_file_is_a_map_or_invalid_data(byte rows, byte columns, (byte At, byte Value)[] damage, sbyte longer)
    {
        var (height, width) = (1 + (rows % 4), 1 + (columns % 4));
        var bytes = AnomalyMapFile.Encode(new float[height * width], height, width);
        foreach (var (at, value) in damage)
            bytes[at % bytes.Length] = value;
        Array.Resize(ref bytes, Math.Max(0, bytes.Length + longer));
        DecodesOrRefuses(bytes);
    }

    [Property(MaxTest = 1_000)]
    public void Any_two_sides_are_a_map_or_invalid_data(uint height, uint width, byte values) =>
        DecodesOrRefuses(WithSides(AnomalyMapFile.Encode(new float[1 + values], 1, 1 + values), height, width));

    [Fact]
    public void Every_shortened_file_is_refused()
    {
        var whole = AnomalyMapFile.Encode([1, 2, 3, 4], 2, 2);
        for (var length = 0; length < whole.Length; length++)
            Assert.Throws<InvalidDataException>(() => AnomalyMapFile.Decode(whole.AsSpan(0, length)));
    }

    private static void DecodesOrRefuses(byte[] bytes)
    {
        try
        {
            var (map, height, width) = AnomalyMapFile.Decode(bytes);
            Assert.True(height > 0 && width > 0);
            Assert.Equal((long)height * width, map.Length);
            Assert.Equal(bytes.Length, AnomalyMapFile.HeaderBytes + (map.Length * 2));
        }
        catch (InvalidDataException)
        {
            // The one exception that a reader of foreign bytes has to expect.
        }
    }

    private static byte[] WithSides(byte[] bytes, uint height, uint width)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), height);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), width);
        return bytes;
    }
}
