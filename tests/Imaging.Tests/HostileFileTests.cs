using System.Text.Json;
using FewShotAD.TestKit;

namespace FewShotAD.Imaging.Tests;

/// <summary>Every file of the hostile folder does what its expectations say: the file of expectations decides.</summary>
public sealed class HostileFileTests
{
    /// <summary>The words of a rejection and the error that they ask for; a bare "reject" allows any.</summary>
    private static readonly (string Words, Type[] Errors)[] Rejections =
    [
        ("truncated", [typeof(TruncatedImage)]),
        ("empty", [typeof(EmptyFile)]),
        ("not an image", [typeof(NotAnImage)]),
        ("too many pixels", [typeof(TooManyPixels)]),
        ("corrupt", [typeof(CorruptImage)]),
        ("smaller than the minimum side", [typeof(ImageTooSmall)]),
        ("unsupported format", [typeof(UnsupportedFormat)]),
    ];

    public static TheoryData<string, string> Expectations()
    {
        var data = new TheoryData<string, string>();
        foreach (var (name, expected) in Parse())
            data.Add(name, expected);
        return data;
    }

    [Theory]
    [MemberData(nameof(Expectations))]
    public void A_hostile_file_gets_what_its_expectation_says(string name, string expected)
    {
        var result = TestPictures.Decode(SharedFiles.Data("hostile", name));
        if (expected.StartsWith("accept", StringComparison.Ordinal))
            Assert.True(result.Succeeded, $"{name}: {result.Error?.Message}");
        else
        {
            Assert.False(result.Succeeded, $"{name} was accepted.");
            foreach (var (words, errors) in Rejections)
            {
                if (expected.Contains(words, StringComparison.Ordinal))
                    Assert.Contains(result.Error.GetType(), errors);
            }
        }
    }

    [Fact]
    public void Every_expectation_names_a_file_and_every_file_has_one()
    {
        var files = Directory.GetFiles(SharedFiles.Data("hostile")).Select(Path.GetFileName).Where(n => n != "expectations.json").Order();
        Assert.Equal(files, Parse().Select(e => e.Name).Order());
    }

    [Theory]
    [InlineData("rgba.png", 0)]
    [InlineData("rgb.tiff", 0)]
    [InlineData("html_in_png_text.png", 0)]
    [InlineData("polyglot_zip.png", 0)]
    [InlineData("big_text_chunk.png", 0)]
    [InlineData("palette.png", 6)]
    [InlineData("jpeg_named.png", 4)]
    [InlineData("rgb.webp", 6)]
    [InlineData("cmyk.jpg", 6)]
    public void The_same_scene_looks_the_same_in_every_format(string name, double meanLevels)
    {
        var (expected, actual) = (Accepted("rgb.bmp").Image.Pixels, Accepted(name).Image.Pixels);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Average(), 0, meanLevels);
    }

    [Fact]
    public void Content_decides_the_format() => Assert.Equal(SupportedFormats.Jpeg, Accepted("jpeg_named.png").Format);

    [Fact]
    public void A_rejected_format_lists_the_supported_ones()
    {
        var result = TestPictures.Decode(SharedFiles.Data("hostile", "animated.gif"));
        Assert.Contains(SupportedFormats.Listed, result.Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exif_script_gps.jpg")]
    [InlineData("html_in_png_text.png")]
    [InlineData("polyglot_zip.png")]
    public void Metadata_and_trailing_bytes_do_not_reach_derived_pictures(string name)
    {
        var image = Accepted(name).Image;
        using var png = new MemoryStream();
        PngWriter.Write(image, png);
        using var thumbnail = new MemoryStream();
        ThumbnailWriter.Write(image, 256, thumbnail);
        foreach (var derived in new[] { png.ToArray(), thumbnail.ToArray() })
        {
            foreach (var trace in new[] { "script"u8.ToArray(), "Exif"u8.ToArray(), "PK\x5\x6"u8.ToArray(), "tEXt"u8.ToArray() })
                Assert.True(derived.AsSpan().IndexOf(trace) < 0);
        }
    }

    [Theory]
    [InlineData("gray16.png")]
    [InlineData("gray16.tiff")]
    public void Sixteen_bits_are_scaled_not_clipped(string name)
    {
        var decoded = Accepted(name);
        Assert.Equal(16, decoded.BitDepth);
        Assert.Equal(byte.MaxValue, decoded.Image.Pixels.Max());
        // Clipping would leave few levels: both files use more than a hundred.
        Assert.True(decoded.Image.Pixels.Distinct().Count() > 100);
    }

    private static DecodedImage Accepted(string name) =>
        TestPictures.Decode(SharedFiles.Data("hostile", name)).Value;

    private static List<(string Name, string Expected)> Parse()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(SharedFiles.Data("hostile", "expectations.json")));
        return document.RootElement.EnumerateObject().Select(p => (p.Name, Expected: p.Value.GetString()!)).ToList();
    }
}
