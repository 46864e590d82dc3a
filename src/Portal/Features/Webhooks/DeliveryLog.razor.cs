using FewShotAD.Domain.Common;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Webhooks;

/// <summary>The log of one webhook. It looks again while something waits, so that a test's answer appears by itself.</summary>
public sealed partial class DeliveryLog
{
    private const int PageSize = 25;

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource closing = new();
    private IReadOnlyList<WebhookDelivery>? rows;
    private Error? failure;
    private int wanted = PageSize;
    private bool more;

    [Parameter, EditorRequired]
    public Webhook Webhook { get; set; } = null!;

    [Parameter, EditorRequired]
    public Actor Actor { get; set; } = null!;

    [Inject]
    private ListDeliveries List { get; set; } = null!;

    [Inject]
    private ReplayDelivery Replay { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender ? WatchAsync() : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        closing.Dispose();
    }

    private static (string Class, string Icon, string Text) Look(DeliveryStatus status) => status switch
    {
        DeliveryStatus.Delivered => ("ok", Icons.Material.Outlined.CheckCircle, WebhooksTexts.Arrived),
        DeliveryStatus.GivenUp => ("error", Icons.Material.Outlined.Error, WebhooksTexts.GivenUp),
        _ => ("neutral", Icons.Material.Outlined.Schedule, WebhooksTexts.Waits),
    };

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(LookAgain, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(closing.Token))
            {
                if (rows?.Any(row => row.Status == DeliveryStatus.Waiting) != true)
                    continue;
                await TryAsync(LoadAsync);
                StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            // The log was closed.
        }
    }

    private async Task LoadAsync()
    {
        // One more than is shown tells whether there are older ones.
        var listed = await List.HandleAsync(Actor, new ListDeliveries.Request(Webhook.Id, Take: wanted + 1), closing.Token);
        failure = listed.Error;
        if (!listed.Succeeded)
            return;
        more = listed.Value.Count > wanted;
        rows = [.. listed.Value.Take(wanted)];
    }

    private Task MoreAsync()
    {
        wanted += PageSize;
        return LoadAsync();
    }

    private async Task ReplayAsync(WebhookDelivery row)
    {
        var replayed = await Replay.HandleAsync(Actor, new ReplayDelivery.Request(Webhook.Id, row.Id), closing.Token);
        Snackbar.Add(replayed.Succeeded ? WebhooksTexts.ItIsSentAgain : replayed.Error.Message, replayed.Succeeded ? Severity.Success : Severity.Error);
        await LoadAsync();
    }
}
