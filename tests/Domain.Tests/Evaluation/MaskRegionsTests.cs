using FewShotAD.Domain.Evaluation;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Evaluation;

public sealed class MaskRegionsTests
{
    [Theory]
    [InlineData("...|...|...", "")]
    [InlineData("#", "1")]
    [InlineData("...|.#.|...", "1")]
    [InlineData("###|###|###", "9")]
    [InlineData("#.#|...|#.#", "1 1 1 1")] // the four corners of the image
    [InlineData("#..|.#.|..#", "3")] // joined by corners alone
    [InlineData("..#|.#.|#..", "3")]
    [InlineData("#.#.#|#.#.#|#####", "11")] // three that turn out to be one
    [InlineData("#.#|.#.|#.#", "5")]
    [InlineData("###|...|###", "3 3")]
    [InlineData("..#|#..", "1 1")] // the end of a row does not touch the beginning of the next
    [InlineData("#######|......#|#####.#|#...#.#|#.###.#|#.....#|#######", "31")] // a spiral
    [InlineData("#.#.#.#", "1 1 1 1")]
    [InlineData("##.|..#|##.", "5")]
    public void Are_what_a_hand_counts(string rows, string sizes)
    {
        var lines = rows.Split('|');
        var regions = MaskRegions.Of([.. string.Concat(lines).Select(c => c == '#')], lines[0].Length);
        Assert.Equal(sizes, string.Join(' ', regions.Sizes));
    }

    [Property(MaxTest = 500)]
    public void Equal_a_flood_fill(bool[] mask, byte columns)
    {
        var width = 1 + (columns % 9);
        mask = mask[..(mask.Length / width * width)];
        var regions = MaskRegions.Of(mask, width);
        Assert.Equal(FloodFill(mask, width), regions.Labels);
        Assert.Equal(regions.Labels.Where(label => label > 0).CountBy(label => label).OrderBy(pair => pair.Key).Select(pair => pair.Value), regions.Sizes);
    }

    [Property]
    public void Are_as_large_when_the_mask_is_turned_round(bool[] mask, byte columns)
    {
        var width = 1 + (columns % 9);
        mask = mask[..(mask.Length / width * width)];
        Assert.Equal(MaskRegions.Of(mask, width).Sizes.Order(), MaskRegions.Of([.. mask.Reverse()], width).Sizes.Order());
    }

    [Fact]
    public void A_region_as_large_as_a_map_needs_no_deep_stack()
    {
        // A comb: every tooth is a region of its own until the last row joins them.
        var mask = new bool[1_000 * 1_001];
        for (var i = 0; i < mask.Length; i++)
            mask[i] = i % 1_001 % 2 == 0 || i / 1_001 == 999;
        Assert.Equal([mask.Count(defective => defective)], MaskRegions.Of(mask, 1_001).Sizes);
    }

    [Fact]
    public void Half_a_row_is_a_callers_bug()
    {
        Assert.Throws<ArgumentException>(() => MaskRegions.Of(new bool[5], 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => MaskRegions.Of(new bool[5], 0));
    }

    private static int[] FloodFill(bool[] mask, int width)
    {
        var labels = new int[mask.Length];
        var count = 0;
        for (var i = 0; i < mask.Length; i++)
        {
            if (mask[i] && labels[i] == 0)
                Fill(i % width, i / width, ++count);
        }

        return labels;

        void Fill(int x, int y, int label)
        {
            if (x < 0 || x >= width || y < 0 || y >= mask.Length / width || !mask[(y * width) + x] || labels[(y * width) + x] != 0)
                return;
            labels[(y * width) + x] = label;
            for (var dy = -1; dy <= 1; dy++)
            {
                for (var dx = -1; dx <= 1; dx++)
                    Fill(x + dx, y + dy, label);
            }
        }
    }
}
