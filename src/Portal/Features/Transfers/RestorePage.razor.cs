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

    protected override string Arrived => TransfersTexts.TheBackupHasArrivedItsProjectIs;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        mayWrite = Actor.Require(TeamPermissions.Write).Succeeded;
        Transfers = await List.HandleAsync(Actor, new ListTransfers.Request(null, Restores), ct);
        Follow();
    }

    protected override Task ScriptAsync(bool firstRender) =>
        Transfers is null || !mayWrite ? Task.CompletedTask : OpenDropAsync("/api/v1/projects:restore", TransfersTexts.DropABackupToRestoreIt);
}
