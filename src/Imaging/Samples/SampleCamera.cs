using System.Numerics;

namespace FewShotAD.Imaging.Samples;

/// <summary>A simple industrial camera: light fall-off, a soft lens, exposure that wavers by 2 %, shot and read noise, gamma.</summary>
internal static class SampleCamera
{
    private const float FallOff = 0.16f;
    private const float Blur = 0.17f;
    private const float ReadNoise = 0.0035f;
    private const float ShotNoise = 0.010f;
    private const float Gamma = 1 / 2.2f;
    private const float DefectShare = 0.4f;

    private static readonly byte[] Encoding = MakeEncoding();

    /// <param name="scene">What is in front of the camera.</param>
    /// <param name="pose">How it lies.</param>
    /// <param name="mask">Receives 255 where the defect covers a pixel, when given.</param>
    /// <param name="random">Exposure, light and noise.</param>
    public static RgbImage Shoot(ISampleScene scene, Pose pose, byte[]? mask, Random random)
    {
        const int side = SamplePart.Side;
        var exposure = random.Between(0.98f, 1.02f);
        var lightX = random.Between(-30, 10);
        var lightY = random.Between(-40, 0);
        var noiseSeed = random.Next();
        var light = new Vector3[side * side];
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var (fromCentreX, fromCentreY) = (x + 0.5f - side / 2, y + 0.5f - side / 2);
                var (partX, partY) = pose.ToPart(fromCentreX, fromCentreY);
                var colour = scene.Shade(partX, partY, out var defect);
                var (toLightX, toLightY) = ((fromCentreX - lightX) / (side / 2), (fromCentreY - lightY) / (side / 2));
                light[y * side + x] = colour * (exposure * (1 - FallOff * (toLightX * toLightX + toLightY * toLightY)));
                if (mask is not null)
                    mask[y * side + x] = defect >= DefectShare ? byte.MaxValue : (byte)0;
            }
        }

        return Develop(Soften(light), noiseSeed);
    }

    /// <summary>A 3×3 lens blur, separable.</summary>
    private static Vector3[] Soften(Vector3[] light)
    {
        const int side = SamplePart.Side;
        var across = new Vector3[light.Length];
        var soft = new Vector3[light.Length];
        for (var i = 0; i < light.Length; i++)
        {
            var x = i % side;
            across[i] = light[i] * (1 - 2 * Blur) + (light[x == 0 ? i : i - 1] + light[x == side - 1 ? i : i + 1]) * Blur;
        }

        for (var i = 0; i < light.Length; i++)
        {
            var (above, below) = (i < side ? i : i - side, i >= light.Length - side ? i : i + side);
            soft[i] = across[i] * (1 - 2 * Blur) + (across[above] + across[below]) * Blur;
        }

        return soft;
    }

    private static RgbImage Develop(Vector3[] light, int noiseSeed)
    {
        const int side = SamplePart.Side;
        var image = new RgbImage(side, side);
        for (var i = 0; i < light.Length; i++)
        {
            var pixel = image.Pixels.AsSpan(i * RgbImage.Channels, RgbImage.Channels);
            pixel[0] = Digitise(light[i].X, ValueNoise.Hash(i, 0, noiseSeed));
            pixel[1] = Digitise(light[i].Y, ValueNoise.Hash(i, 1, noiseSeed));
            pixel[2] = Digitise(light[i].Z, ValueNoise.Hash(i, 2, noiseSeed));
        }

        return image;
    }

    private static byte Digitise(float value, int hash)
    {
        value = Math.Max(0, value);
        // The four bytes of a hash sum to a bell curve: cheap noise without a logarithm.
        var sum = (hash & 255) + (hash >> 8 & 255) + (hash >> 16 & 255) + (hash >> 24 & 255);
        value += (sum - 510) / 148f * (ReadNoise + ShotNoise * MathF.Sqrt(value));
        return Encoding[(int)Math.Clamp(value * (Encoding.Length - 1), 0, Encoding.Length - 1)];
    }

    private static byte[] MakeEncoding()
    {
        var table = new byte[4096];
        for (var i = 0; i < table.Length; i++)
            table[i] = (byte)MathF.Round(MathF.Pow(i / (table.Length - 1f), Gamma) * byte.MaxValue);
        return table;
    }
}
