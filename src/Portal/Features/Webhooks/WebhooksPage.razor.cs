using FewShotAD.Domain.Common;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Webhooks;

/// <summary>Which other systems are told of what.</summary>
public partial class WebhooksPage
{
    private static (HappeningKinds Kind, string Text)[] Kinds => [.. HappeningNames.Subscribable.Select(kind => (kind, TextOf(kind)))];

    private IReadOnlyList<Webhook>? webhooks;
    private Webhook? changing;
    private Webhook? open;
    private string? name;
    private string? url;
    private HappeningKinds kinds = HappeningKinds.RunFinished;
    private string? secret;

    [Inject]
    private ListWebhooks List { get; set; } = null!;

    [Inject]
    private CreateWebhook Create { get; set; } = null!;

    [Inject]
    private ChangeWebhook Changes { get; set; } = null!;

    [Inject]
    private RenewWebhookSecret Renew { get; set; } = null!;

    [Inject]
    private DeleteWebhook Delete { get; set; } = null!;

    [Inject]
    private PingWebhook Ping { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var listed = await List.HandleAsync(Actor, ct);
        (webhooks, Failure) = (listed.Succeeded ? listed.Value : null, listed.Error);
        open = webhooks?.FirstOrDefault(webhook => webhook.Id == open?.Id);
    }

    private async Task SaveAsync()
    {
        if (changing is { } webhook)
        {
            if (await ToldAsync(await Changes.HandleAsync(Actor, new ChangeWebhook.Request(webhook.Id, name, url, kinds, null), Closing), SharedTexts.Saved))
                Clear();
            return;
        }

        var made = await Create.HandleAsync(Actor, new CreateWebhook.Request(name, url, kinds), Closing);
        if (!await ToldAsync(made, WebhooksTexts.WebhookMade))
            return;
        Clear();
        secret = made.Value.Secret;
    }

    private void Change(Webhook webhook) => (changing, name, url, kinds, secret) = (webhook, webhook.Name, webhook.Url, webhook.Events, null);

    /// <summary>What has happened, in words. A kind without them would stand there with its name alone, which a test does not let pass.</summary>
    public static string TextOf(HappeningKinds kind) => kind switch
    {
        HappeningKinds.RunFinished => WebhooksTexts.ARunHasSucceededFailedOrWas,
        HappeningKinds.ImageFlagged => WebhooksTexts.AnImageIsUncertainOrDefective,
        HappeningKinds.ReviewDone => WebhooksTexts.APersonGaveAVerdict,
        HappeningKinds.ModelPublished => WebhooksTexts.AnotherModelIsInUse,
        HappeningKinds.LineChanged => WebhooksTexts.AModelsLineWasMoved,
        HappeningKinds.DriftDetected => WebhooksTexts.ScoresHaveMovedAwayFromTheReference,
        HappeningKinds.ChallengerReady => WebhooksTexts.AScheduleHasTrainedAChallenger,
        _ => "",
    };

    private void Clear() => (changing, name, url, kinds, secret) = (null, null, null, HappeningKinds.RunFinished, null);

    private async Task SwitchAsync(Webhook webhook) => await ToldAsync(
        await Changes.HandleAsync(Actor, new ChangeWebhook.Request(webhook.Id, null, null, null, !webhook.Active), Closing), webhook.Active ? WebhooksTexts.SwitchedOff : WebhooksTexts.SwitchedOn);

    private async Task RenewAsync(Webhook webhook)
    {
        var sure = await Dialogs.ShowMessageBoxAsync(
            WebhooksTexts.ANewSecretFor.With(webhook.Name), WebhooksTexts.DeliveriesAreSignedWithItFromNow, yesText: WebhooksTexts.NewSecret, cancelText: SharedTexts.Keep);
        if (sure != true)
            return;
        var renewed = await Renew.HandleAsync(Actor, webhook.Id, Closing);
        if (await ToldAsync(renewed, WebhooksTexts.NewSecretMade))
            secret = renewed.Value;
    }

    private async Task DeleteAsync(Webhook webhook)
    {
        var sure = await Dialogs.ShowMessageBoxAsync(
            WebhooksTexts.Delete.With(webhook.Name), WebhooksTexts.NothingMoreIsToldWhatWaitsIs, yesText: SharedTexts.Delete, cancelText: SharedTexts.Keep);
        if (sure != true)
            return;
        var deleted = await Delete.HandleAsync(Actor, webhook.Id, Closing);
        Snackbar.Add(deleted.Succeeded ? WebhooksTexts.WebhookDeleted : deleted.Error.Message, deleted.Succeeded ? Severity.Success : Severity.Error);
        await ReloadAsync();
    }

    private async Task PingAsync(Webhook webhook)
    {
        if (await ToldAsync(await Ping.HandleAsync(Actor, webhook.Id, Closing), WebhooksTexts.TestSentItsLogShowsWhatComes))
            open = webhook;
    }

    private void Toggle(Webhook webhook) => open = open?.Id == webhook.Id ? null : webhook;

    private async Task<bool> ToldAsync<T>(Result<T> result, string done)
    {
        Snackbar.Add(result.Succeeded ? done : result.Error.Message, result.Succeeded ? Severity.Success : Severity.Error);
        if (result.Succeeded)
            await ReloadAsync();
        return result.Succeeded;
    }
}
