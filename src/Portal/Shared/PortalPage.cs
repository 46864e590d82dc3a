using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace FewShotAD.Portal.Shared;

/// <summary>
/// A page with its actor, its loading, failed and full states, and a token that ends with it. Handlers come from the circuit's
/// services and open a database context per call, so nothing of one render is held into the next.
/// </summary>
public abstract class PortalPage : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource closing = new();

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    protected Actor Actor { get; private set; } = null!;

    protected bool Loading { get; set; } = true;

    /// <summary>What the page shows instead of its content, null when all is well.</summary>
    protected Domain.Common.Error? Failure { get; set; }

    protected CancellationToken Closing => closing.Token;

    protected override async Task OnInitializedAsync()
    {
        var state = await Authentication!;
        if (Actor.From(state.User) is not { } actor)
        {
            Navigation.NavigateTo("/sign-in", forceLoad: true);
            return;
        }

        Actor = actor;
    }

    protected override async Task OnParametersSetAsync()
    {
        if (Actor is not null)
            await ReloadAsync();
    }

    /// <summary>Reads what the page shows. Runs at first and whenever the address changes.</summary>
    protected abstract Task LoadAsync(CancellationToken ct);

    protected async Task ReloadAsync()
    {
        Failure = null;
        try
        {
            await LoadAsync(Closing);
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            // The page was left while it loaded.
        }
        finally
        {
            Loading = false;
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        closing.Dispose();
        GC.SuppressFinalize(this);
    }
}
