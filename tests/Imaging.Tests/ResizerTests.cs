namespace FewShotAD.Imaging.Tests;

public sealed class ResizerTests
{
    [Theory]
    [InlineData(64, 48, 32, 24)]
    [InlineData(97, 61, 40, 33)]
    [InlineData(33, 47, 80, 99)]
    [InlineData(50, 50, 1, 1)]
    [InlineData(120, 40, 30, 80)]
    public void Agrees_with_a_slow_reference_in_double_precision(int width, int height, int toWidth, int toHeight)
    {
        var image = TestPictures.Scene(width, height);
        var resized = ImageResizer.Resize(image, toWidth, toHeight);
        for (var y = 0; y < toHeight; y++)
        {
            for (var x = 0; x < toWidth; x++)
            {
                for (var c = 0; c < 3; c++)
                    Assert.InRange(resized.Row(y)[x * 3 + c] - Reference(image, toWidth, toHeight, x, y, c), -1.51, 1.51);
            }
        }
    }

    [Fact]
    public void The_same_picture_gives_the_same_bytes()
    {
        var image = TestPictures.Scene(211, 137);
        Assert.Equal(ImageResizer.Resize(image, 64, 64).Pixels, ImageResizer.Resize(TestPictures.Scene(211, 137), 64, 64).Pixels);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(137)]
    [InlineData(255)]
    public void A_flat_picture_stays_flat(byte value)
    {
        var image = new RgbImage(113, 71);
        image.Pixels.AsSpan().Fill(value);
        Assert.All(ImageResizer.Resize(image, 41, 150).Pixels, p => Assert.Equal(value, p));
    }

    [Fact]
    public void The_same_size_is_a_copy()
    {
        var image = TestPictures.Scene(40, 33);
        var copy = ImageResizer.Resize(image, 40, 33);
        Assert.NotSame(image, copy);
        Assert.Equal(image.Pixels, copy.Pixels);
    }

    [Theory]
    [InlineData(4000, 1000, 2048, 2048, 512)]
    [InlineData(1000, 4000, 2048, 512, 2048)]
    [InlineData(640, 480, 2048, 640, 480)]
    [InlineData(900, 3, 100, 100, 1)]
    public void Fit_keeps_the_aspect_ratio_and_never_enlarges(int width, int height, int side, int fitWidth, int fitHeight)
    {
        var fit = ImageResizer.Fit(new RgbImage(width, height), side);
        Assert.Equal((fitWidth, fitHeight), (fit.Width, fit.Height));
    }

    /// <summary>The two-dimensional sum, straight from the definition; both directions stay in double precision until the end.</summary>
    private static double Reference(RgbImage image, int toWidth, int toHeight, int x, int y, int channel)
    {
        var columns = Weights(image.Width, toWidth, x);
        var rows = Weights(image.Height, toHeight, y);
        double sum = 0;
        for (var v = 0; v < image.Height; v++)
        {
            if (rows[v] == 0)
                continue;
            double row = 0;
            for (var u = 0; u < image.Width; u++)
                row += columns[u] * image.Row(v)[u * 3 + channel];
            sum += rows[v] * Math.Clamp(row, 0, 255);
        }

        return Math.Clamp(sum, 0, 255);
    }

    private static double[] Weights(int from, int to, int index)
    {
        var scale = Math.Max(1, (double)from / to);
        var centre = (index + 0.5) * from / to;
        var weights = Enumerable.Range(0, from).Select(i => Keys((i + 0.5 - centre) / scale)).ToArray();
        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => w / sum);
    }

    private static double Keys(double x) => Math.Abs(x) switch
    {
        < 1 and var t => 1.5 * t * t * t - 2.5 * t * t + 1,
        < 2 and var t => -0.5 * t * t * t + 2.5 * t * t - 4 * t + 2,
        _ => 0,
    };
}
