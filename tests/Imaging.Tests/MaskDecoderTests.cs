using SkiaSharp;

namespace FewShotAD.Imaging.Tests;

public sealed class MaskDecoderTests
{
    private const int Side = 40;

    [Theory]
    [InlineData(1, (int)PngColour.Grey)]
    [InlineData(2, (int)PngColour.Grey)]
    [InlineData(8, (int)PngColour.Grey)]
    [InlineData(16, (int)PngColour.Grey)]
    [InlineData(8, (int)PngColour.Rgb)]
    [InlineData(16, (int)PngColour.Rgb)]
    public void The_smallest_value_marks_a_defect(int depth, int colour)
    {
        var file = new PngBuilder(Side, Side, depth, (PngColour)colour).Build((x, y, c) => c == 0 && x == y ? 1 : 0);
        AssertDiagonal(file);
    }

    [Fact]
    public void A_palette_marks_by_its_colours_not_by_its_indices()
    {
        var file = new PngBuilder(Side, Side, 8, PngColour.Palette).With("PLTE", [128, 0, 0, 0, 0, 0]).Build((x, y, _) => x == y ? 0 : 1);
        AssertDiagonal(file);
    }

    [Fact]
    public void Fully_transparent_paint_marks_nothing()
    {
        var file = new PngBuilder(Side, Side, 8, PngColour.RgbAlpha).Build((x, y, c) => c < 3 ? 200 : x == y ? 90 : 0);
        AssertDiagonal(file);
    }

    [Fact]
    public void Lossless_formats_are_read_and_lossy_ones_refused()
    {
        var image = new RgbImage(Side, Side);
        for (var i = 0; i < Side; i++)
            image.Row(i)[i * 3 + 1] = 1;
        AssertDiagonal(TestPictures.Bmp(image));
        AssertDiagonal(new TiffBuilder().Build(Side, Side, (x, y, s) => image.Row(y)[x * 3 + s]));
        var jpeg = TestPictures.DecodeMask(TestPictures.Encode(image, SKEncodedImageFormat.Jpeg, 100));
        Assert.IsType<LossyMask>(jpeg.Error);
    }

    private static void AssertDiagonal(byte[] file)
    {
        var mask = TestPictures.DecodeMask(file).Value;
        for (var i = 0; i < mask.Pixels.Length; i++)
            Assert.Equal(i / Side == i % Side ? byte.MaxValue : 0, mask.Pixels[i]);
    }
}
