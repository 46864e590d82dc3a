using System.Buffers.Binary;
using System.Text;

namespace FewShotAD.Imaging.Tests;

public sealed class WriterTests
{
    [Theory]
    [InlineData(32, 32)]
    [InlineData(257, 33)]
    [InlineData(400, 300)]
    public void A_written_picture_reads_back_bit_by_bit(int width, int height)
    {
        var image = TestPictures.Scene(width, height);
        var read = TestPictures.Decode(TestPictures.Png(image)).Value;
        Assert.Equal(image.Pixels, read.Image.Pixels);
    }

    [Fact]
    public void Png_holds_no_chunk_but_header_data_and_end()
    {
        var file = TestPictures.Png(TestPictures.Scene(400, 300));
        var types = new List<string>();
        for (var at = 8; at < file.Length; at += 12 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at)))
            types.Add(Encoding.ASCII.GetString(file, at + 4, 4));
        Assert.Equal(["IHDR", "IDAT", "IEND"], types.Distinct());
        Assert.Equal("IEND", types[^1]);
        Assert.True(types.Count(t => t == "IDAT") > 1, "A large picture is written as it is packed, in several chunks.");
    }

    [Fact]
    public void A_thumbnail_is_a_small_jpeg_of_the_same_picture()
    {
        using var file = new MemoryStream();
        ThumbnailWriter.Write(TestPictures.Scene(800, 400), 128, file);
        var thumbnail = TestPictures.Decode(file.ToArray()).Value;
        Assert.Equal((SupportedFormats.Jpeg, 128, 64), (thumbnail.Format, thumbnail.Image.Width, thumbnail.Image.Height));
        var expected = ImageResizer.Resize(TestPictures.Scene(800, 400), 128, 64);
        Assert.True(expected.Pixels.Zip(thumbnail.Image.Pixels, (a, b) => Math.Abs(a - b)).Average() < 8);
    }

    [Fact]
    public void A_mask_reads_back_as_it_was_written()
    {
        var values = new byte[50 * 40];
        for (var i = 0; i < values.Length; i += 3)
            values[i] = byte.MaxValue;
        using var file = new MemoryStream();
        PngWriter.WriteGrey(values, 50, 40, file);
        var mask = TestPictures.DecodeMask(file.ToArray()).Value;
        Assert.Equal((50, 40), (mask.Width, mask.Height));
        Assert.Equal(values, mask.Pixels);
    }
}
