namespace FewShotAD.Imaging;

/// <summary>Where a defect is: 255 on it, 0 elsewhere, <c>Width · Height</c> values, row by row.</summary>
public sealed class Mask(int width, int height, byte[] pixels)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public byte[] Pixels { get; } = pixels;

    /// <summary>The mask at another size: true where the source pixel that contains the middle of a target pixel is set.</summary>
    public bool[] Nearest(int toWidth, int toHeight)
    {
        var mask = new bool[toWidth * toHeight];
        for (var y = 0; y < toHeight; y++)
        {
            var row = At(y, toHeight, Height) * Width;
            for (var x = 0; x < toWidth; x++)
                mask[(y * toWidth) + x] = Pixels[row + At(x, toWidth, Width)] != 0;
        }

        return mask;
    }

    private static int At(int at, int side, int length) => (int)(((2L * at) + 1) * length / (2L * side));
}
