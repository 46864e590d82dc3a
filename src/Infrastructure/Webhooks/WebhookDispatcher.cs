using System.Diagnostics;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Webhooks;

/// <summary>
/// Sends what is due, on every node. A delivery is claimed by moving its time to after the claim, on the condition that nobody else
/// has; a node that dies leaves it to be due again.
/// </summary>
internal sealed class WebhookDispatcher(
    PortalDb db, CrossTenantDb across, WebhookSender sender, IOptions<WebhookOptions> options, Instruments instruments, TimeProvider time,
    ILogger<WebhookDispatcher> log) : BackgroundService
{
    private const int BatchSize = 64;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepPause = TimeSpan.FromHours(1);

    private DateTimeOffset swept;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await SendDueAsync(stoppingToken) == BatchSize)
                {
                    // As long as there is a full batch there may be more.
                }

                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Webhooks could not be delivered and are tried again");
            }
        }
    }

    /// <returns>How many were due.</returns>
    internal async Task<int> SendDueAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        List<(TenantId Tenant, DeliveryId Id, DateTimeOffset At)> due;
        await using (var reader = across.Open("Deliveries of all teams that are due"))
        {
            due = [.. (await reader.All<WebhookDelivery>()
                .Where(delivery => delivery.Status == DeliveryStatus.Waiting && delivery.NextAttemptAt <= now)
                .OrderBy(delivery => delivery.NextAttemptAt)
                .Take(BatchSize)
                .Select(delivery => new { delivery.TenantId, delivery.Id, delivery.NextAttemptAt })
                .ToListAsync(ct)).Select(row => (row.TenantId, row.Id, row.NextAttemptAt))];
        }

        await Parallel.ForEachAsync(
            due, new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallel, CancellationToken = ct },
            async (delivery, token) => await SendAsync(delivery.Tenant, delivery.Id, delivery.At, token));
        return due.Count;
    }

    private async Task SendAsync(TenantId tenant, DeliveryId id, DateTimeOffset due, CancellationToken ct)
    {
        using var span = Spans.Begin("webhook delivery", tenant, ActivityKind.Producer);
        var claim = time.GetUtcNow() + WebhookDelivery.ClaimLength + options.Value.Timeout;
        Webhook webhook;
        WebhookDelivery delivery;
        await using (var context = db.ForTenant(tenant))
        {
            var claimed = await context.WebhookDeliveries
                .Where(row => row.Id == id && row.Status == DeliveryStatus.Waiting && row.NextAttemptAt == due)
                .ExecuteUpdateAsync(row => row.SetProperty(r => r.NextAttemptAt, claim), ct);
            if (claimed == 0)
                return;
            delivery = await context.WebhookDeliveries.AsNoTracking().FirstAsync(row => row.Id == id, ct);
            webhook = await context.Webhooks.AsNoTracking().FirstAsync(row => row.Id == delivery.WebhookId, ct);
        }

        // What a person switched off meanwhile is not sent; a ping is that person's own test.
        var sent = webhook.Active || delivery.Kind == HappeningKinds.Ping
            ? await sender.SendAsync(webhook, delivery, ct)
            : new Sent(false, null, "The webhook is switched off.");
        await WriteAsync(tenant, id, sent);
    }

    /// <remarks>No token: an outcome that is not written would be sent again.</remarks>
    private async Task WriteAsync(TenantId tenant, DeliveryId id, Sent sent)
    {
        await using var context = db.ForTenant(tenant);
        var delivery = await context.WebhookDeliveries.FirstOrDefaultAsync(row => row.Id == id);
        if (delivery is null)
            return; // deleted with its webhook while it was under way
        if (sent.Arrived)
            delivery.Arrived(sent.StatusCode ?? 0, sent.Answer, time.GetUtcNow());
        else
            delivery.Failed(sent.StatusCode, sent.Answer, time.GetUtcNow());
        await context.SaveChangesAsync();
        instruments.Delivered(delivery.Status);
        if (delivery.Status == DeliveryStatus.Waiting)
            return;
        // The count of one webhook is written by deliveries that run side by side: each adds to what is there.
        var webhook = context.Webhooks.Where(row => row.Id == delivery.WebhookId);
        if (sent.Arrived)
            await webhook.ExecuteUpdateAsync(row => row.SetProperty(r => r.Failures, 0));
        else
            await webhook.ExecuteUpdateAsync(row => row.SetProperty(r => r.Failures, r => r.Failures + 1).SetProperty(r => r.Active, r => r.Active && r.Failures + 1 < Webhook.MostFailures));
    }

    internal async Task SweepAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (now - swept < SweepPause)
            return;
        swept = now;
        var old = now - options.Value.KeepLog;
        List<TenantId> tenants;
        await using (var reader = across.Open("Deliveries whose time in the log is over"))
            tenants = await reader.All<WebhookDelivery>().Where(row => row.EndedAt < old).Select(row => row.TenantId).Distinct().ToListAsync(ct);
        foreach (var tenant in tenants)
        {
            await using var context = db.ForTenant(tenant);
            await context.WebhookDeliveries.Where(row => row.EndedAt < old).ExecuteDeleteAsync(ct);
        }
    }
}
