using System.Buffers.Binary;
using FewShotAD.Domain.Common;
using SkiaSharp;

namespace FewShotAD.Imaging.Tests;

/// <summary>Pictures and files that tests share.</summary>
internal static class TestPictures
{
    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Result<DecodedImage> Decode(ReadOnlyMemory<byte> file) => ImageDecoder.Decode(file, DecodeLimits.Default, Token);

    public static Result<DecodedImage> Decode(Stream file) => ImageDecoder.Decode(file, DecodeLimits.Default, Token);

    public static Result<DecodedImage> Decode(string path) => ImageDecoder.Decode(path, DecodeLimits.Default, Token);

    public static Result<Mask> DecodeMask(ReadOnlyMemory<byte> file) => MaskDecoder.Decode(file, DecodeLimits.Default, Token);

    /// <summary>Smooth colour with some noise, different in every corner.</summary>
    public static RgbImage Scene(int width, int height, int seed = 1)
    {
        var random = new Random(seed);
        var image = new RgbImage(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                image.Row(y)[x * 3] = (byte)(x * 200 / width + random.Next(56));
                image.Row(y)[x * 3 + 1] = (byte)(y * 200 / height + random.Next(56));
                image.Row(y)[x * 3 + 2] = (byte)((x + y) * 200 / (width + height) + random.Next(56));
            }
        }

        return image;
    }

    public static byte[] Png(RgbImage image)
    {
        using var file = new MemoryStream();
        PngWriter.Write(image, file);
        return file.ToArray();
    }

    public static byte[] Encode(RgbImage image, SKEncodedImageFormat format, int quality)
    {
        using var bitmap = new SKBitmap(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
                bitmap.SetPixel(x, y, new SKColor(image.Row(y)[x * 3], image.Row(y)[x * 3 + 1], image.Row(y)[x * 3 + 2]));
        }

        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    /// <summary>A 24-bit BMP with a 40-byte header, rows from the bottom.</summary>
    public static byte[] Bmp(RgbImage image)
    {
        var stride = (image.Width * 3 + 3) / 4 * 4;
        var file = new byte[54 + stride * image.Height];
        (file[0], file[1], file[10], file[14], file[26], file[28]) = ((byte)'B', (byte)'M', 54, 40, 1, 24);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), image.Height);
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                for (var c = 0; c < 3; c++)
                    file[54 + (image.Height - 1 - y) * stride + x * 3 + c] = image.Row(y)[x * 3 + 2 - c];
            }
        }

        return file;
    }

    /// <summary>A big-endian EXIF block with the orientation alone.</summary>
    public static byte[] Exif(int orientation) =>
        [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    /// <summary>Inserts an EXIF segment behind the first marker of a JPEG.</summary>
    public static byte[] WithExif(byte[] jpeg, byte[] exif)
    {
        var length = 2 + 6 + exif.Length;
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. "Exif\0\0"u8, .. exif, .. jpeg[2..]];
    }
}
