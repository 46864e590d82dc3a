using FewShotAD.Imaging;

namespace FewShotAD.Portal.Tests.Scoring;

/// <summary>A bright disc on stripes, a little elsewhere in every picture; a defect is a dark blot.</summary>
internal static class DrawnPart
{
    public static byte[] Png(int variant, bool defective, int side)
    {
        var image = new RgbImage(side, side);
        var random = new Random(variant);
        var (dx, dy) = (random.Next(-2, 3), random.Next(-2, 3));
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var inside = Square(x - (side / 2) - dx) + Square(y - (side / 2) - dy) < Square(side / 3);
                var value = inside ? 190 : 60 + (x / 4 % 2 * 30);
                if (defective && Square(x - (side / 2) - 4) + Square(y - (side / 2)) < Square(side / 10))
                    value = 10;
                image.Row(y).Slice(x * 3, 3).Fill((byte)(value + random.Next(6)));
            }
        }

        using var stream = new MemoryStream();
        PngWriter.Write(image, stream);
        return stream.ToArray();
    }

    private static int Square(int a) => a * a;
}
