using FewShotAD.Imaging;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>Small pictures, each with a content of its own.</summary>
internal static class Picture
{
    public const int Width = 48;
    public const int Height = 40;

    public static byte[] Png(int seed, int width = Width, int height = Height)
    {
        var pixels = new byte[width * height * RgbImage.Channels];
        // Smooth, so that it compresses; the first bytes carry the seed.
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)((i / 7) + seed);
        BitConverter.TryWriteBytes(pixels, seed);
        using var stream = new MemoryStream();
        PngWriter.Write(new RgbImage(width, height, pixels), stream);
        return stream.ToArray();
    }

    public static byte[] Mask(int width = Width, int height = Height)
    {
        var values = new byte[width * height];
        values[width + 1] = 255;
        using var stream = new MemoryStream();
        PngWriter.WriteGrey(values, width, height, stream);
        return stream.ToArray();
    }
}
