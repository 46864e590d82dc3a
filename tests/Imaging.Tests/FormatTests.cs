using System.Security.Cryptography;
using FewShotAD.TestKit;
using SkiaSharp;

namespace FewShotAD.Imaging.Tests;

/// <summary>JPEG, BMP and WebP, limits, and originals as cameras write them.</summary>
public sealed class FormatTests
{
    [Fact]
    public void Bmp_is_exact()
    {
        var image = TestPictures.Scene(61, 47);
        var decoded = TestPictures.Decode(TestPictures.Bmp(image)).Value;
        Assert.Equal(SupportedFormats.Bmp, decoded.Format);
        Assert.Equal(image.Pixels, decoded.Image.Pixels);
    }

    [Fact]
    public void Jpeg_and_webp_are_close()
    {
        var image = ImageResizer.Resize(TestPictures.Scene(80, 60), 320, 240);
        foreach (var (format, name) in new[] { (SKEncodedImageFormat.Jpeg, SupportedFormats.Jpeg), (SKEncodedImageFormat.Webp, SupportedFormats.WebP) })
        {
            var decoded = TestPictures.Decode(TestPictures.Encode(image, format, 95)).Value;
            Assert.Equal(name, decoded.Format);
            Assert.True(image.Pixels.Zip(decoded.Image.Pixels, (a, b) => Math.Abs(a - b)).Average() < 6);
        }
    }

    [Theory]
    [InlineData((int)SKEncodedImageFormat.Jpeg)]
    [InlineData((int)SKEncodedImageFormat.Webp)]
    [InlineData(-1)]
    public void Every_truncation_is_refused(int format)
    {
        var image = TestPictures.Scene(64, 64);
        var file = format < 0 ? TestPictures.Bmp(image) : TestPictures.Encode(image, (SKEncodedImageFormat)format, 90);
        for (var length = 0; length < file.Length; length += 13)
            Assert.False(TestPictures.Decode(file.AsMemory(0, length)).Succeeded, $"{length} of {file.Length} bytes");
    }

    [Fact]
    public void Originals_decode_alike_from_path_stream_and_memory()
    {
        foreach (var path in Directory.GetFiles(SharedFiles.Data("raw")))
        {
            var bytes = File.ReadAllBytes(path);
            using var stream = new MemoryStream(bytes);
            var results = new[]
            {
                TestPictures.Decode(path),
                TestPictures.Decode(stream),
                TestPictures.Decode(bytes),
            };
            Assert.All(results, r => Assert.True(r.Succeeded, $"{path}: {r.Error?.Message}"));
            Assert.Single(results.Select(r => Convert.ToHexString(SHA256.HashData(r.Value.Image.Pixels))).Distinct());
        }
    }

    [Fact]
    public void Limits_are_checked_on_the_header_with_an_error_each()
    {
        var file = TestPictures.Png(TestPictures.Scene(100, 60));
        Assert.IsType<FileTooLarge>(Decode(new DecodeLimits { MaxBytes = file.Length - 1 }));
        Assert.IsType<TooManyPixels>(Decode(new DecodeLimits { MaxPixels = 5999 }));
        Assert.IsType<SideTooLong>(Decode(new DecodeLimits { MaxSide = 99 }));
        Assert.IsType<ImageTooSmall>(Decode(new DecodeLimits { MinSide = 61 }));
        Assert.Null(Decode(new DecodeLimits { MaxBytes = file.Length, MaxPixels = 6000, MaxSide = 100, MinSide = 60 }));

        FewShotAD.Domain.Common.Error? Decode(DecodeLimits limits) => ImageDecoder.Decode(file, limits, TestPictures.Token).Error;
    }

    [Fact]
    public void A_stream_of_unknown_length_is_read_only_up_to_the_limit()
    {
        using var endless = new EndlessStream();
        Assert.IsType<FileTooLarge>(ImageDecoder.Decode(endless, new DecodeLimits { MaxBytes = 1 << 20 }, TestPictures.Token).Error);
        Assert.InRange(endless.Given, 1 << 20, 2 << 20);
    }

    [Fact]
    public void A_cancelled_token_stops_decoding()
    {
        var file = TestPictures.Png(TestPictures.Scene(200, 200));
        Assert.Throws<OperationCanceledException>(() => ImageDecoder.Decode(file, DecodeLimits.Default, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void An_animation_is_refused()
    {
        // Only the header of an animated WebP: canvas 64×64, then two frames of the same still picture.
        var still = TestPictures.Encode(TestPictures.Scene(64, 64), SKEncodedImageFormat.Webp, 60);
        var picture = still.AsSpan(12).ToArray();
        byte[] frame = [.. "ANMF"u8, .. BitConverter.GetBytes(16 + picture.Length), 0, 0, 0, 0, 0, 0, 63, 0, 0, 63, 0, 0, 100, 0, 0, 0, .. picture];
        byte[] body =
        [
            .. "WEBP"u8, .. "VP8X"u8, 10, 0, 0, 0, 2, 0, 0, 0, 63, 0, 0, 63, 0, 0, .. "ANIM"u8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. frame, .. frame,
        ];
        byte[] file = [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
        Assert.IsType<UnsupportedVariant>(TestPictures.Decode(file).Error);
    }

    private sealed class EndlessStream : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
