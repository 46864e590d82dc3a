using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Webhooks;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Webhooks;

/// <summary>What a webhook was told, newest first, with what came of it.</summary>
public sealed class ListDeliveries(PortalDb db) : IUseCase
{
    /// <param name="Before">The last delivery of the page before; null at the beginning.</param>
    public sealed record Request(WebhookId Webhook, DeliveryStatus? Status = null, DeliveryId? Before = null, int Take = 50);

    public async Task<Result<IReadOnlyList<WebhookDelivery>>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Webhooks.AnyAsync(webhook => webhook.Id == request.Webhook, ct))
            return new WebhookNotFound();
        var rows = context.WebhookDeliveries.AsNoTracking().Where(row => row.WebhookId == request.Webhook);
        if (request.Status is { } status)
            rows = rows.Where(row => row.Status == status);
        if (request.Before is { } before)
            rows = rows.Where(row => row.Id < before);
        // Ids begin with the time at which they were made.
        return await rows.OrderByDescending(row => row.Id).Take(request.Take).ToListAsync(ct);
    }
}

/// <summary>Sends a webhook a test, also one that is switched off.</summary>
public sealed class PingWebhook(PortalDb db, TimeProvider time) : IUseCase
{
    public async Task<Result<DeliveryId>> HandleAsync(Actor actor, WebhookId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        if (await context.Webhooks.AsNoTracking().FirstOrDefaultAsync(webhook => webhook.Id == id, ct) is not { } webhook)
            return new WebhookNotFound();
        var ping = WebhookStaging.Delivery(webhook, new Happening(HappeningKinds.Ping, time.GetUtcNow(), new { webhook = webhook.Id.Value, webhook.Name }));
        context.WebhookDeliveries.Add(ping);
        context.Record(actor, time, AuditAction.WebhookPing, "webhook", webhook.Id, webhook.Name);
        await context.SaveChangesAsync(ct);
        return ping.Id;
    }
}

/// <summary>Sends a delivery again that has arrived or was given up, with the same id and content.</summary>
public sealed class ReplayDelivery(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record Request(WebhookId Webhook, DeliveryId Delivery);

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        var delivery = await context.WebhookDeliveries.FirstOrDefaultAsync(row => row.Id == request.Delivery && row.WebhookId == request.Webhook, ct);
        if (delivery is null)
            return new DeliveryNotFound();
        var replayed = delivery.Replay(time.GetUtcNow());
        if (!replayed.Succeeded)
            return replayed;
        context.Record(actor, time, AuditAction.WebhookReplay, "webhook", request.Webhook, $"Delivery {delivery.Id}");
        await context.SaveChangesAsync(ct);
        return replayed;
    }
}
