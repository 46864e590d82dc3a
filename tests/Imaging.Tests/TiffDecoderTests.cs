using BitMiracle.LibTiff.Classic;

namespace FewShotAD.Imaging.Tests;

public sealed class TiffDecoderTests
{
    private const int Width = 53;
    private const int Height = 45;

    public static TheoryData<string> DirectLayouts => [.. Layouts.Keys];

    private static Dictionary<string, TiffBuilder> Layouts { get; } = new()
    {
        ["rgb"] = new TiffBuilder(),
        ["rgb lzw"] = new TiffBuilder { Compression = Compression.LZW },
        ["rgb deflate"] = new TiffBuilder { Compression = Compression.ADOBE_DEFLATE },
        ["rgb packbits"] = new TiffBuilder { Compression = Compression.PACKBITS },
        ["rgb tiles"] = new TiffBuilder { Tile = 16 },
        ["rgb planes"] = new TiffBuilder { Planes = PlanarConfig.SEPARATE },
        ["rgb plane tiles"] = new TiffBuilder { Planes = PlanarConfig.SEPARATE, Tile = 32, Compression = Compression.LZW },
        ["rgb 16"] = new TiffBuilder { Depth = 16 },
        ["rgb 16 deflate"] = new TiffBuilder { Depth = 16, Compression = Compression.DEFLATE },
        ["rgba"] = new TiffBuilder { Samples = 4, Extra = ExtraSample.UNASSALPHA },
        ["grey"] = new TiffBuilder { Samples = 1, Photometric = Photometric.MINISBLACK },
        ["grey 16"] = new TiffBuilder { Samples = 1, Photometric = Photometric.MINISBLACK, Depth = 16 },
        ["grey 16 tiles"] = new TiffBuilder { Samples = 1, Photometric = Photometric.MINISBLACK, Depth = 16, Tile = 16 },
        ["white is zero"] = new TiffBuilder { Samples = 1, Photometric = Photometric.MINISWHITE },
        ["palette"] = new TiffBuilder { Samples = 1, Photometric = Photometric.PALETTE },
    };

    [Theory]
    [MemberData(nameof(DirectLayouts))]
    public void A_layout_decodes_to_its_samples(string name)
    {
        var builder = Layouts[name];
        var full = builder.Depth == 16 ? 65535 : 255;
        int Sample(int x, int y, int s) => (x * 7919 + y * 1299709 + s * 104729) & full;

        var decoded = TestPictures.Decode(builder.Build(Width, Height, Sample)).Value;

        Assert.Equal((SupportedFormats.Tiff, builder.Depth), (decoded.Format, decoded.BitDepth));
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                for (var c = 0; c < 3; c++)
                    Assert.Equal(Expected(x, y, c), decoded.Image.Row(y)[x * 3 + c]);
            }
        }

        int Expected(int x, int y, int c) => builder.Photometric switch
        {
            Photometric.PALETTE => Sample(x, y, 0) * (c * 2 + 1) % 256,
            Photometric.MINISWHITE => 255 - Sample(x, y, 0),
            Photometric.MINISBLACK => Scaled(Sample(x, y, 0)),
            _ => Scaled(Sample(x, y, c)),
        };

        int Scaled(int sample) => (int)Math.Round(sample * 255m / full, MidpointRounding.AwayFromZero);
    }

    [Fact]
    public void Premultiplied_colours_are_divided_by_their_alpha()
    {
        var file = new TiffBuilder { Samples = 4, Extra = ExtraSample.ASSOCALPHA }.Build(Width, Height, (_, _, s) => s == 3 ? 128 : 64);
        Assert.All(TestPictures.Decode(file).Value.Image.Pixels, p => Assert.InRange(p, 127, 128));
    }

    [Fact]
    public void Of_several_pages_the_first_is_taken_with_a_note()
    {
        var file = new TiffBuilder { Pages = 3 }.Build(Width, Height, (x, _, _) => x);
        Assert.Contains("first", Assert.Single(TestPictures.Decode(file).Value.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Floating_point_samples_are_refused_with_a_reason()
    {
        var file = new TiffBuilder { Depth = 16, Format = SampleFormat.IEEEFP }.Build(Width, Height, (x, _, _) => x);
        Assert.IsType<UnsupportedVariant>(TestPictures.Decode(file).Error);
    }

    [Fact]
    public void Every_truncation_of_a_file_is_refused()
    {
        var file = new TiffBuilder { Compression = Compression.LZW }.Build(Width, Height, (x, y, s) => (x * y + s) & 255);
        for (var length = 0; length < file.Length; length += 11)
            Assert.False(TestPictures.Decode(file.AsMemory(0, length)).Succeeded);
    }
}
