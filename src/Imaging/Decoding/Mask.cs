namespace FewShotAD.Imaging;

/// <summary>Where a defect is: 255 on it, 0 elsewhere, <c>Width · Height</c> values, row by row.</summary>
public sealed class Mask(int width, int height, byte[] pixels)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public byte[] Pixels { get; } = pixels;
}
