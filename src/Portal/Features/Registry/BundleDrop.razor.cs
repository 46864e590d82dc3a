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

    private TransferId? watched;

    [Parameter, EditorRequired]
    public ProjectId Project { get; set; }

    /// <summary>A bundle has become a version.</summary>
    [Parameter]
    public EventCallback Imported { get; set; }

    protected override string Arrived => RegistryTexts.TheBundleHasArrivedItsGoldenImages;

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

    protected override Task ScriptAsync(bool firstRender) =>
        OpenDropAsync($"/api/v1/projects/{Project.Value}/models:import", RegistryTexts.DropABundleToImportIt);
}
