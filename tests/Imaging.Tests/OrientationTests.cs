using SkiaSharp;

namespace FewShotAD.Imaging.Tests;

/// <summary>One letter-like picture, stored in each of the eight ways, comes out the same.</summary>
public sealed class OrientationTests
{
    private const int Width = 48;
    private const int Height = 32;

    public static TheoryData<int> Orientations => [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Png_with_exif(int orientation)
    {
        var stored = Stored(orientation);
        var file = new PngBuilder(stored.Width, stored.Height, 8, PngColour.Rgb)
            .With("eXIf", TestPictures.Exif(orientation))
            .Build((x, y, c) => stored.Row(y)[x * 3 + c]);
        Assert.Equal(Upright().Pixels, Decode(file, stored).Pixels);
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Tiff_with_its_own_tag(int orientation)
    {
        var stored = Stored(orientation);
        var file = new TiffBuilder { Orientation = orientation }.Build(stored.Width, stored.Height, (x, y, c) => stored.Row(y)[x * 3 + c]);
        Assert.Equal(Upright().Pixels, Decode(file, stored).Pixels);
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Jpeg_with_exif(int orientation)
    {
        var stored = Stored(orientation);
        var file = TestPictures.WithExif(TestPictures.Encode(stored, SKEncodedImageFormat.Jpeg, 100), TestPictures.Exif(orientation));
        var (upright, decoded) = (Upright(), Decode(file, stored));
        Assert.Equal((Width, Height), (decoded.Width, decoded.Height));
        var difference = upright.Pixels.Zip(decoded.Pixels, (a, b) => Math.Abs(a - b)).Average();
        Assert.True(difference < 3, $"Mean difference {difference}.");
    }

    [Fact]
    public void WebP_with_exif()
    {
        var still = TestPictures.Encode(Stored(6), SKEncodedImageFormat.Webp, 100);
        var exif = TestPictures.Exif(6);
        // Extended header: EXIF flag, canvas as stored.
        byte[] header = [8, 0, 0, 0, Height - 1, 0, 0, Width - 1, 0, 0];
        byte[] body = [.. "WEBP"u8, .. "VP8X"u8, 10, 0, 0, 0, .. header, .. still[12..], .. "EXIF"u8, (byte)exif.Length, 0, 0, 0, .. exif];
        var decoded = TestPictures.Decode((byte[])[.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body]).Value;
        Assert.Equal((Width, Height), (decoded.Image.Width, decoded.Image.Height));
    }

    [Fact]
    public void A_damaged_exif_block_leaves_the_picture_as_stored()
    {
        byte[] cut = TestPictures.Exif(6)[..15];
        var file = new PngBuilder(Width, Height, 8, PngColour.Grey).With("eXIf", cut).Build((x, _, _) => x);
        Assert.Equal(Width, TestPictures.Decode(file).Value.Image.Width);
    }

    private static RgbImage Decode(byte[] file, RgbImage stored)
    {
        var decoded = TestPictures.Decode(file).Value;
        Assert.Equal((stored.Width, stored.Height), (decoded.OriginalWidth, decoded.OriginalHeight));
        return decoded.Image;
    }

    /// <summary>Flat blocks, so that JPEG keeps them: no two corners alike.</summary>
    private static RgbImage Upright()
    {
        var image = new RgbImage(Width, Height);
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
                image.Row(y).Slice(x * 3, 3).Fill((byte)(x / 16 * 60 + y / 16 * 110));
        }

        return image;
    }

    /// <summary>
    /// What a camera held this way writes. By the EXIF standard the value names where the stored row 0 and column 0 lie
    /// in the upright picture: 1 top left, 2 top right, 3 bottom right, 4 bottom left, 5 left top, 6 right top, 7 right bottom, 8 left bottom.
    /// </summary>
    private static RgbImage Stored(int orientation)
    {
        var upright = Upright();
        var swaps = orientation >= 5;
        var stored = swaps ? new RgbImage(Height, Width) : new RgbImage(Width, Height);
        var rowsFromEnd = orientation is 3 or 4 or 6 or 7;
        var columnsFromEnd = orientation is 2 or 3 or 7 or 8;
        for (var row = 0; row < stored.Height; row++)
        {
            for (var column = 0; column < stored.Width; column++)
            {
                var alongRows = rowsFromEnd ? stored.Height - 1 - row : row;
                var alongColumns = columnsFromEnd ? stored.Width - 1 - column : column;
                var (x, y) = swaps ? (alongRows, alongColumns) : (alongColumns, alongRows);
                upright.Row(y).Slice(x * 3, 3).CopyTo(stored.Row(row)[(column * 3)..]);
            }
        }

        return stored;
    }
}
