using FewShotAD.Domain.Common;
using FewShotAD.Domain.Transfers;
using FewShotAD.Portal.Features.Transfers;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using MudBlazor;

namespace FewShotAD.Portal.Features.Registry;

/// <summary>Takes a bundle by HTTP; the browser's module owns the file. Below it stands what became of the last one.</summary>
public sealed partial class BundleDrop
{
    private static readonly TransferKind[] Kinds = [TransferKind.Model];

    private bool ready;
    private ElementReference dropHost;
    private IJSObjectReference? module;
    private IJSObjectReference? drop;
    private DotNetObjectReference<BundleDrop>? self;
    private TransferId? watched;

    [Parameter, EditorRequired]
    public ProjectId Project { get; set; }

    /// <summary>A bundle has become a version.</summary>
    [Parameter]
    public EventCallback Imported { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private AntiforgeryStateProvider Antiforgery { get; set; } = null!;

    /// <summary>Called by the module when a bundle has arrived, or was refused.</summary>
    [JSInvokable]
    public async Task OnZipSent(string? error)
    {
        Snackbar.Add(error ?? RegistryTexts.TheBundleHasArrivedItsGoldenImages, error is null ? Severity.Success : Severity.Error);
        await ReloadAsync();
        StateHasChanged();
    }

    protected override async Task LoadAsync(CancellationToken ct)
    {
        Transfers = await List.HandleAsync(Actor, new ListTransfers.Request(Project, Kinds, Take: 1), ct);
        Follow();
        var last = Transfers.Count > 0 ? Transfers[0] : null;
        if (last is { IsOver: false })
            watched = last.Id;
        else if (last is { Status: TransferStatus.Succeeded } && watched == last.Id)
            Tell();
    }

    /// <summary>Not awaited: the page reads itself again, and this part of it with it.</summary>
    private void Tell()
    {
        watched = null;
        _ = Imported.InvokeAsync();
    }

    protected override async Task ScriptAsync(bool firstRender)
    {
        if (module is not null)
            return;
        self = DotNetObjectReference.Create(this);
        module = await Js.InvokeAsync<IJSObjectReference>("import", "/js/zip-drop.js");
        drop = await module.InvokeAsync<IJSObjectReference>("createZipDrop", dropHost, new
        {
            url = $"/api/v1/projects/{Project.Value}/models:import",
            tokenHeader = "X-CSRF-TOKEN",
            token = Antiforgery.GetAntiforgeryToken()?.Value,
            words = RegistryTexts.DropABundleToImportIt,
        }, self);
        ready = true;
        StateHasChanged();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await JsLifetime.DisposeAsync(drop, module);
        self?.Dispose();
    }
}
