using System.Diagnostics;
using BitMiracle.LibTiff.Classic;
using FewShotAD.TestKit;
using FsCheck.Xunit;
using SkiaSharp;

namespace FewShotAD.Imaging.Tests;

/// <summary>Whatever the bytes are: an answer, never an exception, and never a picture beyond the limits.</summary>
public sealed class FuzzTests
{
    private const int Seed = 7;

    /// <summary>Per file. Counted and not timed, so that a run repeats exactly; the whole takes a few seconds.</summary>
    private const int Mutations = 60;

    /// <summary>A mutated header may promise a large picture; the limits of the test keep a run short.</summary>
    private static readonly DecodeLimits Limits = new() { MaxPixels = 1_000_000 };

    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(SharedFiles.Data("hostile")).Select(Path.GetFileName).OfType<string>().Where(n => n != "expectations.json"),
        .. Generated.Keys];

    private static Dictionary<string, Func<byte[]>> Generated { get; } = new()
    {
        ["drawn png interlaced"] = () =>
            new PngBuilder(50, 50, 16, PngColour.RgbAlpha) { Interlaced = true }.Build((x, y, c) => x * 900 + y * 300 + c),
        ["drawn webp"] = () => TestPictures.Encode(TestPictures.Scene(64, 48), SKEncodedImageFormat.Webp, 100),
        ["drawn bmp"] = () => TestPictures.Bmp(TestPictures.Scene(50, 40)),
        ["drawn tiff tiles"] = () =>
            new TiffBuilder { Tile = 16, Compression = Compression.LZW }.Build(50, 40, (x, y, s) => x + y * s & 255),
        ["drawn tiff planes"] = () =>
            new TiffBuilder { Planes = PlanarConfig.SEPARATE, Depth = 16 }.Build(50, 40, (x, y, s) => x * y + s),
        ["drawn tiff palette"] = () => new TiffBuilder
        {
            Samples = 1,
            Photometric = Photometric.PALETTE,
            Compression = Compression.PACKBITS,
        }.Build(50, 40, (x, y, _) => x * y & 255),
        ["drawn jpeg with exif"] = () =>
            TestPictures.WithExif(TestPictures.Encode(TestPictures.Scene(64, 64), SKEncodedImageFormat.Jpeg, 80), TestPictures.Exif(6)),
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_mutated_file_is_answered(string name)
    {
        var original = Generated.TryGetValue(name, out var make) ? make() : File.ReadAllBytes(SharedFiles.Data("hostile", name));
        var random = new Random(Seed);
        for (var i = 0; i < Mutations; i++)
        {
            var mutated = Mutate(original, i, random);
            var watch = Stopwatch.StartNew();
            AssertAnswered(mutated);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{name}, mutation {i} took {watch.Elapsed}.");
        }
    }

    [Property(MaxTest = 300)]
    public void Any_bytes_behind_any_signature_are_answered(byte[] bytes)
    {
        AssertAnswered(bytes);
        foreach (var signature in new byte[][]
                 {
                     [.. PngFile.Signature], [0xFF, 0xD8, 0xFF], [.. "II*\0"u8], [.. "MM\0*"u8], [.. "BM000000000000"u8, 40, 0, 0, 0],
                     [.. "RIFF0000WEBPVP8 "u8],
                 })
            AssertAnswered([.. signature, .. bytes]);
    }

    private static void AssertAnswered(byte[] bytes)
    {
        var image = ImageDecoder.Decode(bytes, Limits, TestPictures.Token);
        if (image.Succeeded)
        {
            Assert.InRange((long)image.Value.Image.Width * image.Value.Image.Height, 1, Limits.MaxPixels);
            Assert.True(Math.Min(image.Value.Image.Width, image.Value.Image.Height) >= Limits.MinSide);
        }
        else
            Assert.False(string.IsNullOrWhiteSpace(image.Error.Message));

        var mask = MaskDecoder.Decode(bytes, Limits, TestPictures.Token);
        Assert.True(mask.Succeeded || mask.Error.Code.Length > 0);
    }

    private static byte[] Mutate(byte[] original, int round, Random random)
    {
        if (original.Length == 0)
            return [(byte)round];
        var bytes = original.ToArray();
        switch (round % 5)
        {
            case 0: // flipped bits anywhere
                for (var n = random.Next(1, 8); n > 0; n--)
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1: // the header, where sizes and counts are
                for (var n = random.Next(1, 6); n > 0; n--)
                    bytes[random.Next(Math.Min(64, bytes.Length))] = (byte)random.Next(256);
                return bytes;
            case 2: // the end, where a TIFF has its directory
                for (var n = random.Next(1, 6); n > 0; n--)
                    bytes[^(1 + random.Next(Math.Min(240, bytes.Length)))] = (byte)random.Next(256);
                return bytes;
            case 3: // cut off
                return bytes[..random.Next(bytes.Length)];
            default: // a piece taken out of the middle, or set to the largest numbers
                var at = random.Next(bytes.Length);
                var length = Math.Min(random.Next(1, 40), bytes.Length - at);
                if (random.Next(2) == 0)
                    return [.. bytes[..at], .. bytes[(at + length)..]];
                bytes.AsSpan(at, length).Fill(0xFF);
                return bytes;
        }
    }
}
