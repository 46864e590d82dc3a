using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using MudBlazor;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>Backups into new projects.</summary>
public sealed partial class RestorePage
{
    private static readonly TransferKind[] Restores = [TransferKind.Restore];

    private bool mayWrite;
    private bool ready;
    private ElementReference dropHost;
    private IJSObjectReference? module;
    private IJSObjectReference? drop;
    private DotNetObjectReference<RestorePage>? self;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private AntiforgeryStateProvider Antiforgery { get; set; } = null!;

    /// <summary>Called by the module when a zip has arrived, or was refused.</summary>
    [JSInvokable]
    public async Task OnZipSent(string? error)
    {
        Snackbar.Add(error ?? TransfersTexts.TheBackupHasArrivedItsProjectIs, error is null ? Severity.Success : Severity.Error);
        await ReloadAsync();
        StateHasChanged();
    }

    protected override async Task LoadAsync(CancellationToken ct)
    {
        mayWrite = Actor.Require(TeamPermissions.Write).Succeeded;
        Transfers = await List.HandleAsync(Actor, new ListTransfers.Request(null, Restores), ct);
        Follow();
    }

    protected override async Task ScriptAsync(bool firstRender)
    {
        if (Transfers is null || !mayWrite || module is not null)
            return;
        self = DotNetObjectReference.Create(this);
        module = await Js.InvokeAsync<IJSObjectReference>("import", "/js/zip-drop.js");
        drop = await module.InvokeAsync<IJSObjectReference>("createZipDrop", dropHost, new
        {
            url = "/api/v1/projects:restore",
            tokenHeader = "X-CSRF-TOKEN",
            token = Antiforgery.GetAntiforgeryToken()?.Value,
            words = TransfersTexts.DropABackupToRestoreIt,
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
