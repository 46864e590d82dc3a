using Bunit;
using FewShotAD.Portal.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Components;

/// <summary>Rows of tiles over a list of items: which items are asked for, and where they stand.</summary>
public sealed class TileGridTests : BunitContext
{
    private readonly List<(int Skip, int Take)> asked = [];
    private int total = 10;

    public TileGridTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddScoped<OutageNotice>();
    }

    [Fact]
    public void Before_the_browser_has_said_how_many_fit_nothing_is_read()
    {
        var grid = Grid();
        Assert.Empty(grid.FindAll(".fs-tile-row"));
        Assert.Empty(asked);
        Assert.Equal("list", grid.Find(".fs-tiles").GetAttribute("role"));
        Assert.Equal("Numbers", grid.Find(".fs-tiles").GetAttribute("aria-label"));
    }

    [Theory]
    [InlineData(10, 4, 3)] // the last row is short
    [InlineData(12, 4, 3)]
    [InlineData(3, 4, 1)]
    [InlineData(7, 1, 7)]
    [InlineData(1, 1, 1)]
    public async Task Items_fill_rows_in_order_and_the_last_row_takes_the_rest(int items, int columns, int rows)
    {
        total = items;
        var grid = Grid();
        await grid.InvokeAsync(() => grid.Instance.OnColumns(columns));
        Assert.Equal(rows, grid.FindAll(".fs-tile-row").Count);
        Assert.Equal(Enumerable.Range(0, items).Select(i => $"{i}"), grid.FindAll("b").Select(b => b.TextContent));
        Assert.All(grid.FindAll(".fs-tile-row").SkipLast(1), row => Assert.Equal(columns, row.Children.Length));
        // Whole rows only: else a row would begin in the middle of another.
        Assert.All(asked, ask => Assert.Equal((0, 0), (ask.Skip % columns, ask.Take % columns)));
    }

    [Fact]
    public async Task An_empty_list_has_no_rows()
    {
        total = 0;
        var grid = Grid();
        await grid.InvokeAsync(() => grid.Instance.OnColumns(4));
        Assert.Empty(grid.FindAll("b"));
        Assert.NotEmpty(asked);
    }

    [Fact]
    public async Task Another_width_arranges_the_same_items_anew_and_the_same_width_reads_nothing()
    {
        var grid = Grid();
        await grid.InvokeAsync(() => grid.Instance.OnColumns(4));
        await grid.InvokeAsync(() => grid.Instance.OnColumns(5));
        Assert.Equal(2, grid.FindAll(".fs-tile-row").Count);
        Assert.Equal(10, grid.FindAll("b").Count);
        var reads = asked.Count;
        await grid.InvokeAsync(() => grid.Instance.OnColumns(5));
        Assert.Equal(reads, asked.Count);
    }

    [Fact]
    public async Task Refreshing_reads_again_what_is_in_sight()
    {
        var grid = Grid();
        await grid.InvokeAsync(() => grid.Instance.OnColumns(4));
        total = 2;
        await grid.InvokeAsync(() => grid.Instance.RefreshAsync());
        Assert.Equal(["0", "1"], grid.FindAll("b").Select(b => b.TextContent));
    }

    private IRenderedComponent<TileGrid<int>> Grid() => Render<TileGrid<int>>(p => p
        .Add(g => g.Label, "Numbers")
        .Add(g => g.Provider, ProvideAsync)
        .Add(g => g.Tile, item => $"<b>{item}</b>"));

    private Task<TileGrid<int>.Page> ProvideAsync(int skip, int take, CancellationToken ct)
    {
        asked.Add((skip, take));
        return Task.FromResult(new TileGrid<int>.Page([.. Enumerable.Range(0, total).Skip(skip).Take(take)], total));
    }
}
