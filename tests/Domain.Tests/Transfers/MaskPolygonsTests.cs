using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Transfers;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Transfers;

public sealed class MaskPolygonsTests
{
    [Fact]
    public void A_box_is_four_corners()
    {
        var mask = Mask("......", ".####.", ".####.", "......");
        var region = Assert.Single(MaskPolygons.Of(mask, 6));
        Assert.Equal([1, 1, 5, 1, 5, 3, 1, 3], Assert.Single(region.Polygons));
        Assert.Equal((8, "1,1,4,2"), (region.Area, string.Join(',', region.Box)));
    }

    [Fact]
    public void A_region_with_a_hole_is_one_region_of_several_polygons()
    {
        var mask = Mask("###", "#.#", "###");
        var region = Assert.Single(MaskPolygons.Of(mask, 3));
        Assert.Equal((8, 4), (region.Area, region.Polygons.Count));
        Assert.Equal(mask, Draw(region.Polygons, 3, 3));
    }

    [Fact]
    public void Pixels_that_meet_at_a_corner_are_one_region()
    {
        var region = Assert.Single(MaskPolygons.Of(Mask("#.", ".#"), 2));
        Assert.Equal(2, region.Polygons.Count);
    }

    [Fact]
    public void Nothing_is_no_region() => Assert.Empty(MaskPolygons.Of(new bool[12], 4));

    [Property(MaxTest = 300)]
    public void Drawn_again_the_polygons_are_the_mask(int seed, byte wide, byte density)
    {
        var (width, height) = (1 + (wide % 24), 1 + (Math.Abs(seed % 100) % 20));
        var random = new Random(seed);
        var mask = new bool[width * height];
        for (var i = 0; i < mask.Length; i++)
            mask[i] = random.Next(256) < density;
        var regions = MaskPolygons.Of(mask, width);
        var labels = MaskRegions.Of(mask, width);
        Assert.Equal(labels.Sizes, regions.Select(r => r.Area));
        for (var i = 0; i < regions.Count; i++)
            Assert.Equal(labels.Labels.Select(l => l == i + 1), Draw(regions[i].Polygons, width, height));
    }

    private static bool[] Mask(params string[] rows) => [.. string.Concat(rows).Select(c => c == '#')];

    private static bool[] Draw(IReadOnlyList<IReadOnlyList<int>> polygons, int width, int height)
    {
        var drawn = new bool[width * height];
        foreach (var polygon in polygons)
        {
            Assert.True(polygon.Count >= 8);
            for (var at = 0; at < drawn.Length; at++)
            {
                var (x, y, inside) = ((at % width) + 0.5, (at / width) + 0.5, false);
                for (var i = 0; i < polygon.Count; i += 2)
                {
                    // Sides are upright or level: only the upright ones are crossed by a level ray.
                    var (x1, y1, x2, y2) = (polygon[i], polygon[i + 1], polygon[(i + 2) % polygon.Count], polygon[(i + 3) % polygon.Count]);
                    Assert.True((x1 == x2) != (y1 == y2));
                    inside ^= x1 == x2 && x < x1 && y > Math.Min(y1, y2) && y < Math.Max(y1, y2);
                }

                Assert.False(inside && drawn[at]);
                drawn[at] |= inside;
            }
        }

        return drawn;
    }
}
