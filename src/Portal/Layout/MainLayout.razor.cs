using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace FewShotAD.Portal.Layout;

/// <summary>The shell around every signed-in page.</summary>
public sealed partial class MainLayout : IAsyncDisposable
{
    private DotNetObjectReference<MainLayout>? self;
    private IJSObjectReference? watch;
    private PageBoundary? boundary;
    private IReadOnlyList<TeamOfUser> otherTeams = [];
    private bool administers;
    private bool dark;

    [CascadingParameter(Name = "InitialDark")]
    private bool InitialDark { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    [Inject]
    private Accounts Accounts { get; set; } = null!;

    [Inject]
    private PlatformSeat Platform { get; set; } = null!;

    [Inject]
    private OutageNotice Outages { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override void OnInitialized() => dark = InitialDark;

    /// <summary>The menu of an account. Nobody must wait for it, and it waits for the database.</summary>
    protected override async Task OnInitializedAsync()
    {
        if (Authentication is null || Actor.From((await Authentication).User) is not { } actor)
            return;
        try
        {
            otherTeams = [.. (await Accounts.FindMembershipsAsync(actor.User, CancellationToken.None)).Where(team => team.Tenant != actor.Tenant)];
            administers = (await Platform.RequireAsync(actor, CancellationToken.None)).Succeeded;
        }
        catch (Exception e) when (Outage.Of(e) is { } kind)
        {
            await Outages.ShowAsync(kind, isLost: false);
            Outages.WhenOver(() => InvokeAsync(async () =>
            {
                await OnInitializedAsync();
                StateHasChanged();
            }));
        }
    }

    protected override void OnParametersSet() => boundary?.Recover();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        // The cookie may be missing (first visit) or old (the system's theme changed): the browser has the last word, and tells it.
        self = DotNetObjectReference.Create(this);
        watch = await Js.InvokeAsync<IJSObjectReference>("fewshotadTheme.watch", self);
    }

    /// <summary>What the browser settled on: at first, by a person's click, or at the system's evening.</summary>
    [JSInvokable]
    public void OnThemeChanged(bool isDark)
    {
        if (isDark == dark)
            return;
        dark = isDark;
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        await JsLifetime.DisposeAsync(watch);
        self?.Dispose();
    }

    private async Task ToggleThemeAsync() => await Js.InvokeVoidAsync("fewshotadTheme.toggle");
}
