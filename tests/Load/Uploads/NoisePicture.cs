using FewShotAD.Imaging;

namespace FewShotAD.Load.Uploads;

/// <summary>
/// A picture such as a camera takes of a rough surface: light that falls off to the sides, a grain of some pixels, and the noise of
/// the sensor. It compresses as little as a photograph, and no two are alike.
/// </summary>
internal static class NoisePicture
{
    private const int GrainCell = 12;
    private const double GrainStrength = 22;
    private const double SensorNoise = 3.5;

    public static byte[] Draw(int side, int seed, int number)
    {
        var random = new Random(HashCode.Combine(seed, number));
        var cells = (side / GrainCell) + 2;
        var grain = new double[cells * cells];
        for (var i = 0; i < grain.Length; i++)
            grain[i] = random.NextDouble() - 0.5;
        var noise = new byte[side * RgbImage.Channels];
        var image = new RgbImage(side, side);
        var (lightX, lightY) = (side * (0.3 + (0.4 * random.NextDouble())), side * (0.3 + (0.4 * random.NextDouble())));
        for (var y = 0; y < side; y++)
        {
            random.NextBytes(noise);
            var row = image.Row(y);
            for (var x = 0; x < side; x++)
            {
                var distance = Math.Sqrt(((x - lightX) * (x - lightX)) + ((y - lightY) * (y - lightY))) / side;
                var value = 170 - (60 * distance) + (GrainStrength * At(grain, cells, (double)x / GrainCell, (double)y / GrainCell));
                for (var channel = 0; channel < RgbImage.Channels; channel++)
                    row[(x * RgbImage.Channels) + channel] = (byte)Math.Clamp(value - (6 * channel) + (SensorNoise * ((noise[(x * RgbImage.Channels) + channel] / 64.0) - 2)), 0, 255);
            }
        }

        using var png = new MemoryStream();
        PngWriter.Write(image, png);
        return png.ToArray();
    }

    private static double At(double[] grain, int cells, double x, double y)
    {
        var (column, row) = ((int)x, (int)y);
        var (right, down) = (x - column, y - row);
        double Cell(int dx, int dy) => grain[((row + dy) * cells) + column + dx];
        return ((((Cell(0, 0) * (1 - right)) + (Cell(1, 0) * right)) * (1 - down)) + (((Cell(0, 1) * (1 - right)) + (Cell(1, 1) * right)) * down)) * 2;
    }
}
