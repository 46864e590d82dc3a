using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace FewShotAD.Portal.Shared;

/// <summary>
/// A page with its actor, its failed and full states, and a token that ends with it. Handlers come from the circuit's
/// services and open a database context per call, so nothing of one render is held into the next.
/// </summary>
public abstract class PortalPage : PortalComponent, IAsyncDisposable
{
    private readonly CancellationTokenSource closing = new();
    private bool scripting;
    private bool renderedMeanwhile;

    protected PortalPage() => Closing = closing.Token;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    protected Actor Actor { get; private set; } = null!;

    /// <summary>What the page shows instead of its content, null when all is well.</summary>
    protected Domain.Common.Error? Failure { get; set; }

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Closing { get; }

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

    protected Task ReloadAsync() => ReadThroughAsync(async () =>
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
    });

    /// <summary>
    /// Starts and steers the page's scripts, after each render but never twice at a time: of what was rendered while it ran it is told once, afterwards.
    /// </summary>
    protected virtual Task ScriptAsync(bool firstRender) => Task.CompletedTask;

    protected sealed override async Task OnAfterRenderAsync(bool firstRender)
    {
        // A page that is rendered again while its scripts are still on their way would start them a second time, and a click would count twice.
        if (scripting)
        {
            renderedMeanwhile = true;
            return;
        }

        scripting = true;
        try
        {
            do
            {
                renderedMeanwhile = false;
                await ScriptAsync(firstRender);
                firstRender = false;
            }
            while (renderedMeanwhile && !Closing.IsCancellationRequested);
        }
        catch (Exception e) when (Closing.IsCancellationRequested && e is JSException or ObjectDisposedException)
        {
            // The page was left while its scripts started: the elements that they were to work on are gone.
        }
        finally
        {
            scripting = false;
        }
    }

    /// <summary>Ends the page. A page with scripts calls this first and ends them then, so that what fails meanwhile is known to be late.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        closing.Dispose();
        GC.SuppressFinalize(this);
    }
}
