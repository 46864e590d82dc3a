using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Queueing;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Registrations;

/// <summary>One registration model: how its training fares, what it learned from, who uses it.</summary>
public sealed partial class RegistrationPage
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(2);

    private RegistrationState? state;
    private RegistrationId? followed;
    private string? error;

    [Parameter]
    public string IdText { get; set; } = "";

    [Inject]
    private GetRegistration Get { get; set; } = null!;

    [Inject]
    private CancelRegistration Cancel { get; set; } = null!;

    [Inject]
    private DeleteRegistration Delete { get; set; } = null!;

    [Inject]
    private RunQueueView Queue { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    private bool MayWrite => Actor.Require(TeamPermissions.Write).Succeeded;

    private string RunAddress => $"/projects/{state!.Run.Project}/runs/{state.Run.Id}";

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var got = await Get.HandleAsync(Actor, new RegistrationId(Guid.TryParse(IdText, out var id) ? id : Guid.Empty), ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        state = got.Value;
        if (followed == state.Model.Id)
            return;
        followed = state.Model.Id;
        _ = FollowAsync(state.Model.Id);
    }

    /// <summary>Looks again every now and then until the training is over or the page shows something else.</summary>
    private async Task FollowAsync(RegistrationId registration)
    {
        try
        {
            while (followed == registration && state is { Run.IsOver: false })
            {
                await Task.Delay(Often, Clock, Closing);
                await InvokeAsync(async () =>
                {
                    await ReloadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
    }

    private async Task CancelAsync()
    {
        await ActAsync(() => Cancel.HandleAsync(Actor, state!.Model.Id, Closing));
        await ReloadAsync();
    }

    private async Task DeleteAsync()
    {
        var sure = await Dialogs.ShowMessageBoxAsync(
            RegistrationsTexts.DeleteThisModel, RegistrationsTexts.ItsFileLossesAndLogGo, yesText: RegistrationsTexts.DeleteIt, cancelText: RegistrationsTexts.KeepIt);
        if (sure != true)
            return;
        await ActAsync(() => Delete.HandleAsync(Actor, state!.Model.Id, Closing));
        if (error is null)
            Navigation.NavigateTo("/registrations");
    }

    private async Task ActAsync(Func<Task<Result>> action)
    {
        var acted = await WhileBusyAsync(action);
        error = acted.Error?.Message;
    }
}
