using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;

namespace FewShotAD.Portal.Features.Notices;

/// <summary>The app bar's way to the notices, with how many are new. It asks the database, so what happened on another node shows as well.</summary>
public sealed partial class NoticeBell : IAsyncDisposable
{
    private const int Most = 99;

    private static readonly TimeSpan Often = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource closing = new();
    private Actor? actor;
    private string? announced;
    private int before;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    [Inject]
    private NoticeNews News { get; set; } = null!;

    [Inject]
    private CountNotices Notices { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private ILogger<NoticeBell> Log { get; set; } = null!;

    private string Label => News.Count == 0 ? NoticesTexts.Notices : Plural.Of(News.Count, NoticesTexts.NoticesOneNew, NoticesTexts.NoticesCountedNew);

    protected override async Task OnInitializedAsync()
    {
        actor = Authentication is null ? null : Actor.From((await Authentication).User);
        if (actor is null)
            return;
        await LookAsync();
        // What was there when the page opened is on the badge; only what comes is said.
        before = News.Count;
        News.Changed += OnChanged;
        Navigation.LocationChanged += OnMoved;
    }

    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender && actor is not null ? WatchAsync() : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        News.Changed -= OnChanged;
        Navigation.LocationChanged -= OnMoved;
        await closing.CancelAsync();
        closing.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Often, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(closing.Token))
                await LookAsync();
        }
        catch (OperationCanceledException)
        {
            // The page was closed.
        }
    }

    /// <summary>It is on every page, so it is where a page that nobody touches hears of an outage.</summary>
    private async Task LookAsync()
    {
        try
        {
            await TryAsync(async () => News.Tell(await Notices.HandleAsync(actor!, closing.Token)));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A number that cannot be counted must not end the pages of everybody who is here.
            Log.LogWarning(e, "New notices could not be counted and are in {Pause}", Often);
        }
    }

    private void OnMoved(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(async () =>
    {
        try
        {
            await LookAsync();
        }
        catch (OperationCanceledException)
        {
            // The page was closed.
        }
    });

    private void OnChanged() => _ = InvokeAsync(() =>
    {
        // Only what comes is said aloud; that something was read, its reader knows.
        announced = News.Count > before ? Label : null;
        before = News.Count;
        StateHasChanged();
    });
}
