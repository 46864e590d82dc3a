using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Scoring;

/// <summary>Test images that a model has not seen, a button that has them scored, and how far that is.</summary>
public sealed partial class UnscoredBar : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource closing = new();
    private ModelId? shown;
    private int unscored;
    private BatchProgress? batch;
    private Task? following;

    [Parameter, EditorRequired]
    public TrainedModel Model { get; set; } = null!;

    [Parameter, EditorRequired]
    public Actor Actor { get; set; } = null!;

    /// <summary>Called when a batch has ended: there are results that the page does not show.</summary>
    [Parameter]
    public EventCallback Scored { get; set; }

    [Inject]
    private CountUnscored Count { get; set; } = null!;

    [Inject]
    private ListScoreBatches Batches { get; set; } = null!;

    [Inject]
    private StartScoreBatch Start { get; set; } = null!;

    [Inject]
    private CancelScoreBatch Cancel { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    private bool MayWrite => Actor.Require(TeamPermissions.Write).Succeeded;

    protected override async Task OnParametersSetAsync()
    {
        if (shown == Model.Id)
            return;
        await LookAsync();
        shown = Model.Id;
        Follow();
    }

    private async Task LookAsync()
    {
        var batches = await Batches.HandleAsync(Actor, new ListScoreBatches.Request(Model.ProjectId, Model.Id, Take: 1), closing.Token);
        batch = batches is { Succeeded: true, Value: [var newest, ..] } ? newest : null;
        unscored = batch is { IsOver: false } ? 0 : (await Count.HandleAsync(Actor, Model.Id, closing.Token)) is { Succeeded: true, Value: var count } ? count : 0;
    }

    private async Task StartAsync()
    {
        var started = await WhileBusyAsync(() => Start.HandleAsync(Actor, new StartScoreBatch.Request(Model.Id, null, ImageSplit.Test, null, null, Unscored: true), closing.Token));
        if (!started.Succeeded)
            Snackbar.Add(started.Error.Message, Severity.Error);
        await LookAsync();
        Follow();
    }

    private async Task CancelAsync()
    {
        var cancelled = await Cancel.HandleAsync(Actor, batch!.Id, closing.Token);
        if (!cancelled.Succeeded)
            Snackbar.Add(cancelled.Error.Message, Severity.Error);
        await LookAsync();
    }

    private void Follow()
    {
        if (batch is { IsOver: false } && following is null or { IsCompleted: true })
            following = FollowAsync();
    }

    private async Task FollowAsync()
    {
        try
        {
            while (batch is { IsOver: false })
            {
                await Task.Delay(Pause, closing.Token);
                await InvokeAsync(async () =>
                {
                    await TryAsync(LookAsync);
                    StateHasChanged();
                });
            }

            await InvokeAsync(Scored.InvokeAsync);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
    }

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Many(int count) => Plural.Of(count, SharedTexts.CountedImage, SharedTexts.CountedImages);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        closing.Dispose();
    }
}
