using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;

namespace FewShotAD.Portal.Shared;

/// <summary>A virtual grid: only the rows in sight exist and are read. The browser says how many tiles fit side by side.</summary>
public sealed partial class TileGrid<TItem> : IAsyncDisposable
{
    private ElementReference host;
    private Virtualize<Row>? rows;
    private DotNetObjectReference<TileGrid<TItem>>? self;
    private IJSObjectReference? module;
    private IJSObjectReference? watch;
    private int columns;

    public sealed record Page(IReadOnlyList<TItem> Items, int Total);

    public sealed record Row(IReadOnlyList<TItem> Items);

    /// <summary>Reads items: how many to skip, how many to take.</summary>
    [Parameter, EditorRequired]
    public Func<int, int, CancellationToken, Task<Page>> Provider { get; set; } = null!;

    [Parameter, EditorRequired]
    public RenderFragment<TItem> Tile { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>Width of a tile in CSS pixels; tiles stretch a little to fill the row.</summary>
    [Parameter]
    public int TileWidth { get; set; } = 176;

    /// <summary>Height of a row with its gap, in CSS pixels.</summary>
    [Parameter]
    public float RowHeight { get; set; } = 232;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    /// <summary>Reads again what is in sight.</summary>
    public async Task RefreshAsync()
    {
        if (rows is null)
            return;
        await rows.RefreshDataAsync();
        StateHasChanged();
    }

    [JSInvokable]
    public async Task OnColumns(int count)
    {
        if (count == columns)
            return;
        columns = count;
        StateHasChanged();
        await RefreshAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        self = DotNetObjectReference.Create(this);
        module = await Js.InvokeAsync<IJSObjectReference>("import", "/js/columns.js");
        watch = await module.InvokeAsync<IJSObjectReference>("watchColumns", host, self, TileWidth);
    }

    private ValueTask<ItemsProviderResult<Row>> ProvideAsync(ItemsProviderRequest request) => WindowAsync<Row>(
        request,
        async () =>
        {
            var page = await Provider(request.StartIndex * columns, request.Count * columns, request.CancellationToken);
            return new(page.Items.Chunk(columns).Select(items => new Row(items)), (page.Total + columns - 1) / columns);
        },
        RefreshAsync);

    public async ValueTask DisposeAsync()
    {
        await JsLifetime.DisposeAsync(watch, module);
        self?.Dispose();
    }
}
