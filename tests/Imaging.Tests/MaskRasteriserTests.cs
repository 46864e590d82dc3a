using FewShotAD.Domain.Marks;
using FewShotAD.Imaging.Marks;

namespace FewShotAD.Imaging.Tests;

public sealed class MaskRasteriserTests
{
    private const int Width = 40;
    private const int Height = 30;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_box_is_the_polygon_of_its_corners_and_the_pixels_whose_middle_is_inside(int seed)
    {
        var random = new Random(seed);
        double Any(int side) => Math.Round((random.NextDouble() * (side + 8)) - 4, 1);
        var (x, y, right, bottom) = (Any(Width), Any(Height), Any(Width), Any(Height));
        var box = Draw(new Shape(ShapeTool.Box, ShapeLayer.Defect, [x, y, right, bottom]));
        var polygon = Draw(new Shape(ShapeTool.Polygon, ShapeLayer.Defect, [x, y, right, y, right, bottom, x, bottom]));
        Assert.Equal(polygon, box);
        for (var at = 0; at < box.Length; at++)
        {
            var (middleX, middleY) = ((at % Width) + 0.5, (at / Width) + 0.5);
            // A middle on the very edge belongs to one side or the other.
            if (Near(middleX, x) || Near(middleX, right) || Near(middleY, y) || Near(middleY, bottom))
                continue;
            var inside = middleX > Math.Min(x, right) && middleX < Math.Max(x, right) && middleY > Math.Min(y, bottom) && middleY < Math.Max(y, bottom);
            Assert.Equal(inside, box[at] != 0);
        }

        static bool Near(double a, double b) => Math.Abs(a - b) < 0.05;
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_stroke_covers_what_lies_within_its_radius(int seed)
    {
        var random = new Random(seed);
        var radius = 1.5 + (random.NextDouble() * 5);
        var points = Enumerable.Range(0, random.Next(1, 6) * 2).Select(i => random.NextDouble() * (i % 2 == 0 ? Width : Height)).ToArray();
        var drawn = Draw(new Shape(ShapeTool.Brush, ShapeLayer.Defect, points, radius));
        for (var at = 0; at < drawn.Length; at++)
        {
            var distance = Distance((at % Width) + 0.5, (at / Width) + 0.5, points);
            // The renderer approximates curves: a middle within half a pixel of the rim may fall either way.
            if (Math.Abs(distance - radius) > 0.5)
                Assert.True(distance < radius == (drawn[at] != 0), $"{at % Width},{at / Width} is {distance} away, the radius is {radius}");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Erasing_everything_leaves_nothing_and_values_are_0_or_255(int seed)
    {
        var random = new Random(seed);
        var below = new Mask(Width, Height, [.. Enumerable.Range(0, Width * Height).Select(_ => random.Next(2) == 0 ? (byte)0 : byte.MaxValue)]);
        Shape[] drawn = [new(ShapeTool.Polygon, ShapeLayer.Defect, [2, 3, 30, 4, 12, 28]), new(ShapeTool.Brush, ShapeLayer.Defect, [5, 5, 20, 20], 3)];
        var made = MaskRasteriser.Draw(Width, Height, drawn, ShapeLayer.Defect, below)!;
        Assert.All(made.Pixels, value => Assert.True(value is 0 or 255));
        Assert.All(Enumerable.Range(0, below.Pixels.Length), i => Assert.True(below.Pixels[i] <= made.Pixels[i]));
        Assert.Null(MaskRasteriser.Draw(Width, Height, [.. drawn, new(ShapeTool.Erase, ShapeLayer.Defect, [0, 15, 40, 15], 60)], ShapeLayer.Defect, below));
    }

    [Fact]
    public void Order_matters_and_an_eraser_keeps_to_its_layer()
    {
        var area = new Shape(ShapeTool.Box, ShapeLayer.Defect, [5, 5, 25, 25]);
        var rubber = new Shape(ShapeTool.Erase, ShapeLayer.Defect, [15, 15], 4);
        Assert.NotEqual(Draw(area, rubber), Draw(rubber, area));
        Assert.Equal(Draw(area), Draw(rubber, area));
        Assert.Equal(Draw(area), Draw(area, rubber with { Layer = ShapeLayer.Ignore }));
    }

    [Fact]
    public void Nothing_drawn_is_no_mask_and_a_base_alone_comes_back_as_it_was()
    {
        Assert.Null(MaskRasteriser.Draw(Width, Height, [], ShapeLayer.Defect));
        Assert.Null(MaskRasteriser.Draw(Width, Height, [new(ShapeTool.Box, ShapeLayer.Ignore, [0, 0, 9, 9])], ShapeLayer.Defect));
        var pixels = new byte[Width * Height];
        pixels[77] = 255;
        Assert.Equal(pixels, MaskRasteriser.Draw(Width, Height, [], ShapeLayer.Defect, new Mask(Width, Height, pixels))!.Pixels);
    }

    [Fact]
    public void A_polygon_that_crosses_itself_is_filled_whole()
    {
        // A star of five points: with the other rule its middle would stay empty.
        var star = new Shape(ShapeTool.Polygon, ShapeLayer.Defect, [20, 1, 28, 27, 5, 11, 35, 11, 12, 27]);
        Assert.Equal(255, Draw(star)[(15 * Width) + 20]);
    }

    private static byte[] Draw(params Shape[] shapes) =>
        MaskRasteriser.Draw(Width, Height, shapes, ShapeLayer.Defect)?.Pixels ?? new byte[Width * Height];

    private static double Distance(double x, double y, double[] points)
    {
        var least = Math.Sqrt(Square(x - points[0]) + Square(y - points[1]));
        for (var i = 2; i < points.Length; i += 2)
        {
            var (dx, dy) = (points[i] - points[i - 2], points[i + 1] - points[i - 1]);
            var length = Square(dx) + Square(dy);
            var share = length == 0 ? 0 : Math.Clamp((((x - points[i - 2]) * dx) + ((y - points[i - 1]) * dy)) / length, 0, 1);
            least = Math.Min(least, Math.Sqrt(Square(x - points[i - 2] - (share * dx)) + Square(y - points[i - 1] - (share * dy))));
        }

        return least;

        static double Square(double a) => a * a;
    }
}
