using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Webhooks;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Webhooks;

/// <summary>Changes what a webhook is told and where, or switches it off and on.</summary>
public sealed class ChangeWebhook(PortalDb db, IOptions<WebhookOptions> options, TimeProvider time) : IUseCase
{
    /// <summary>A null leaves what the webhook has.</summary>
    public sealed record Request(WebhookId Id, string? Name, string? Url, HappeningKinds? Events, bool? Active);

    public async Task<Result<Webhook>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        if (await context.Webhooks.FirstOrDefaultAsync(webhook => webhook.Id == request.Id, ct) is not { } webhook)
            return new WebhookNotFound();
        if (request.Name is not null || request.Url is not null || request.Events is not null)
        {
            var described = webhook.Describe(
                request.Name ?? webhook.Name, request.Url ?? webhook.Url, request.Events ?? webhook.Events, options.Value.AllowPrivateAddresses);
            if (!described.Succeeded)
                return described.Error;
        }

        if (request.Active is { } active)
        {
            if (active)
                webhook.SwitchOn();
            else
                webhook.SwitchOff();
        }

        context.Record(actor, time, AuditAction.WebhookChange, "webhook", webhook.Id, $"{webhook.Name}: {webhook.Host}, {(webhook.Active ? "on" : "off")}");
        await context.SaveChangesAsync(ct);
        return webhook;
    }
}

/// <summary>Gives a webhook another secret; from now on deliveries are signed with it.</summary>
public sealed class RenewWebhookSecret(PortalDb db, WebhookSecrets secrets, TimeProvider time) : IUseCase
{
    /// <returns>The secret, which is not shown again.</returns>
    public async Task<Result<string>> HandleAsync(Actor actor, WebhookId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        if (await context.Webhooks.FirstOrDefaultAsync(webhook => webhook.Id == id, ct) is not { } webhook)
            return Result<string>.Fail(new WebhookNotFound());
        var secret = WebhookSignature.NewSecret();
        webhook.ChangeSecret(secrets.Close(secret));
        context.Record(actor, time, AuditAction.WebhookSecret, "webhook", webhook.Id, webhook.Name);
        await context.SaveChangesAsync(ct);
        return secret;
    }
}

/// <summary>Deletes a webhook with its log; what waits to be delivered is not.</summary>
public sealed class DeleteWebhook(PortalDb db, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, WebhookId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        if (await context.Webhooks.FirstOrDefaultAsync(webhook => webhook.Id == id, ct) is not { } webhook)
            return new WebhookNotFound();
        context.Webhooks.Remove(webhook);
        context.Record(actor, time, AuditAction.WebhookDelete, "webhook", webhook.Id, webhook.Name);
        await context.SaveChangesAsync(ct);
        return Result.Ok;
    }
}
