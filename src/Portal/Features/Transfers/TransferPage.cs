using FewShotAD.Domain.Common;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>A page with a list of transfers that stays true: read again when one begins or ends here, and now and then while any is under way.</summary>
public abstract class TransferPage : PortalPage
{
    /// <summary>While something runs.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    /// <summary>Otherwise: a colleague may begin one on another node.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(10);

    private IDisposable? subscription;
    private TaskCompletionSource happened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Inject]
    protected ListTransfers List { get; set; } = null!;

    [Inject]
    private CancelTransfer Cancelling { get; set; } = null!;

    [Inject]
    private DeleteTransfer Deleting { get; set; } = null!;

    [Inject]
    private TransferEvents Events { get; set; } = null!;

    [Inject]
    protected ISnackbar Snackbar { get; set; } = null!;

    /// <summary>What the list shows; null until it is read.</summary>
    protected IReadOnlyList<Transfer>? Transfers { get; set; }

    /// <summary>Call it once the page knows what it shows.</summary>
    protected void Follow()
    {
        if (subscription is not null)
            return;
        subscription = Events.Subscribe(Actor.Tenant, () => happened.TrySetResult());
        _ = FollowAsync();
    }

    protected Task CancelAsync(TransferId id) => ActAsync(() => Cancelling.HandleAsync(Actor, id, Closing));

    protected Task DeleteAsync(TransferId id) => ActAsync(() => Deleting.HandleAsync(Actor, id, Closing));

    private async Task ActAsync(Func<Task<Result>> action)
    {
        var acted = await action();
        if (!acted.Succeeded)
            Snackbar.Add(acted.Error.Message, Severity.Error);
        await ReloadAsync();
    }

    private async Task FollowAsync()
    {
        try
        {
            while (!Closing.IsCancellationRequested)
            {
                var pause = Transfers?.Any(t => !t.IsOver) == true ? Often : Seldom;
                await Task.WhenAny(happened.Task, Task.Delay(pause, Closing));
                Closing.ThrowIfCancellationRequested();
                happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
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

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        subscription?.Dispose();
        GC.SuppressFinalize(this);
    }
}
