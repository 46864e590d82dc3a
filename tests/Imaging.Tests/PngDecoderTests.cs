namespace FewShotAD.Imaging.Tests;

public sealed class PngDecoderTests
{
    private const int Width = 37;
    private const int Height = 33;

    public static TheoryData<int, int, bool> Layouts()
    {
        var data = new TheoryData<int, int, bool>();
        foreach (var interlaced in new[] { false, true })
        {
            foreach (var depth in new[] { 1, 2, 4, 8, 16 })
                data.Add(depth, (int)PngColour.Grey, interlaced);
            foreach (var depth in new[] { 1, 2, 4, 8 })
                data.Add(depth, (int)PngColour.Palette, interlaced);
            foreach (var colour in new[] { PngColour.Rgb, PngColour.GreyAlpha, PngColour.RgbAlpha })
            {
                data.Add(8, (int)colour, interlaced);
                data.Add(16, (int)colour, interlaced);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_layout_of_the_standard_decodes_to_its_samples(int depth, int colourType, bool interlaced)
    {
        var colour = (PngColour)colourType;
        var full = (1 << depth) - 1;
        int Sample(int x, int y, int c) => (x * 7919 + y * 104729 + c * 1299709 + x * y * 31) & full;
        var palette = Enumerable.Range(0, (full + 1) * 3).Select(i => (byte)(i * 37)).ToArray();
        var builder = new PngBuilder(Width, Height, depth, colour) { Interlaced = interlaced };
        if (colour == PngColour.Palette)
            builder.With("PLTE", palette);

        var decoded = TestPictures.Decode(builder.Build(Sample)).Value;

        Assert.Equal((SupportedFormats.Png, depth, Width, Height), (decoded.Format, decoded.BitDepth, decoded.OriginalWidth, decoded.OriginalHeight));
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                for (var c = 0; c < 3; c++)
                    Assert.Equal(Expected(x, y, c), decoded.Image.Row(y)[x * 3 + c]);
            }
        }

        byte Expected(int x, int y, int c) => colour switch
        {
            PngColour.Palette => palette[Sample(x, y, 0) * 3 + c],
            PngColour.Grey or PngColour.GreyAlpha => Scaled(Sample(x, y, 0)),
            _ => Scaled(Sample(x, y, c)),
        };

        byte Scaled(int sample) => (byte)Math.Round(sample * 255m / full, MidpointRounding.AwayFromZero);
    }

    [Fact]
    public void Transparent_pixels_keep_their_colour()
    {
        var file = new PngBuilder(Width, Height, 8, PngColour.RgbAlpha).Build((_, _, c) => c == 3 ? 0 : 50 * (c + 1));
        var image = TestPictures.Decode(file).Value.Image;
        Assert.Equal([50, 100, 150], image.Pixels[..3]);
    }

    [Fact]
    public void Sixteen_bits_keep_every_eight_bit_level_and_both_ends()
    {
        var file = new PngBuilder(256, 32, 16, PngColour.Grey).Build((x, _, _) => x * 257);
        var decoded = TestPictures.Decode(file).Value;
        Assert.Equal(Enumerable.Range(0, 256), Enumerable.Range(0, 256).Select(x => (int)decoded.Image.Pixels[x * 3]));
        Assert.Empty(decoded.Notes);
    }

    [Fact]
    public void Twelve_bits_in_sixteen_are_not_stretched_but_noted()
    {
        var file = new PngBuilder(64, 64, 16, PngColour.Grey).Build((x, y, _) => (x * 64 + y) & 4095);
        var decoded = TestPictures.Decode(file).Value;
        Assert.Equal(16, decoded.Image.Pixels.Max());
        Assert.Contains("4095", Assert.Single(decoded.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_text_chunk_is_no_reason_to_refuse()
    {
        var file = new PngBuilder(Width, Height, 8, PngColour.Grey).With("tEXt", "note\0text"u8.ToArray()).Build((x, _, _) => x);
        file[33 + 8 + 6] ^= 0xFF; // a letter of the text: the chunk stands right behind the 33 bytes of signature and header
        Assert.True(TestPictures.Decode(file).Succeeded);
    }

    [Fact]
    public void Too_little_picture_data_is_a_truncated_file()
    {
        // The header promises more rows than the data holds, with all checksums right.
        var rows = new PngBuilder(Width, Height, 8, PngColour.Grey).Build((x, _, _) => x);
        var header = new PngBuilder(Width, Height + 5, 8, PngColour.Grey).Build((x, _, _) => x)[..33];
        var result = TestPictures.Decode((byte[])[.. header, .. rows[33..]]);
        Assert.IsType<TruncatedImage>(result.Error);
    }

    [Fact]
    public void Every_truncation_of_a_file_is_refused()
    {
        var file = TestPictures.Png(TestPictures.Scene(40, 40));
        for (var length = 0; length < file.Length; length += 7)
            Assert.False(TestPictures.Decode(file.AsMemory(0, length)).Succeeded);
    }
}
