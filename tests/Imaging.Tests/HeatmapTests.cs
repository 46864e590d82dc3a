namespace FewShotAD.Imaging.Tests;

public sealed class HeatmapTests
{
    /// <summary>Ends and middles as published; of Turbo the polynomial, which differs from the table.</summary>
    [Theory]
    [InlineData("turbo", 0, 0x23, 0x17, 0x1B)]
    [InlineData("turbo", 128, 0x95, 0xFB, 0x50)]
    [InlineData("turbo", 255, 0x90, 0x0C, 0x00)]
    [InlineData("inferno", 0, 0x00, 0x00, 0x03)]
    [InlineData("inferno", 128, 0xBC, 0x37, 0x54)]
    [InlineData("inferno", 255, 0xFC, 0xFE, 0xA4)]
    [InlineData("viridis", 0, 0x44, 0x01, 0x54)]
    [InlineData("viridis", 128, 0x21, 0x91, 0x8C)]
    [InlineData("viridis", 255, 0xFD, 0xE7, 0x25)]
    [InlineData("jet", 0, 0x00, 0x00, 0x80)]
    [InlineData("jet", 255, 0x80, 0x00, 0x00)]
    public void Colours_are_those_of_the_published_map(string name, int entry, int red, int green, int blue)
    {
        var colour = ColourMap.Named(name)!.Table.Slice(entry * 3, 3);
        Assert.InRange(colour[0] - red, -8, 8);
        Assert.InRange(colour[1] - green, -8, 8);
        Assert.InRange(colour[2] - blue, -8, 8);
    }

    [Fact]
    public void Names_are_found_in_any_case_and_unknown_ones_are_not()
    {
        Assert.Same(ColourMap.Turbo, ColourMap.Named("Turbo"));
        Assert.Null(ColourMap.Named("rainbow"));
        Assert.Null(ColourMap.Named(null));
    }

    [Fact]
    public void The_scale_is_the_given_one_whatever_the_map_holds()
    {
        var rendered = HeatmapRenderer.Render(
            [0.5f, 1, 2, 3, 99, float.NaN, float.NegativeInfinity, float.PositiveInfinity], 4, 2, 1, 3, ColourMap.Viridis);
        int[] entries = [0, 0, 128, 255, 255, 0, 0, 255];
        for (var i = 0; i < entries.Length; i++)
            Assert.Equal(ColourMap.Viridis.Table.Slice(entries[i] * 3, 3), rendered.Pixels.AsSpan(i * 3, 3));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(0, double.NaN)]
    [InlineData(double.NegativeInfinity, 1)]
    public void An_empty_scale_is_a_bug_of_the_caller(double low, double high) =>
        Assert.Throws<ArgumentException>(() => HeatmapRenderer.Render([1], 1, 1, low, high, ColourMap.Turbo));
}
