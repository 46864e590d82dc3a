using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Webhooks;

/// <summary>Turns what entities have to tell into deliveries, in the transaction that saves the entities.</summary>
public static class WebhookStaging
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        // It is JSON between programs and stands in no page: names stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Adds deliveries for every active webhook that asked for what is told.</summary>
    internal static async Task StageAsync(PortalDbContext context, CancellationToken ct)
    {
        var happenings = context.ChangeTracker.Entries<Announcer>().SelectMany(entry => entry.Entity.TakeHappenings()).ToList();
        if (happenings.Count == 0)
            return;
        var webhooks = await context.Webhooks.AsNoTracking().Where(webhook => webhook.Active).ToListAsync(ct);
        foreach (var webhook in webhooks)
            context.WebhookDeliveries.AddRange(happenings.Where(happening => webhook.Events.HasFlag(happening.Kind)).Select(happening => Delivery(webhook, happening)));
    }

    public static WebhookDelivery Delivery(Webhook webhook, Happening happening)
    {
        var id = new DeliveryId(Guid.CreateVersion7(happening.At));
        var body = JsonSerializer.Serialize(new Envelope(id.Value, happening.Kind.Name(), happening.At, webhook.TenantId.Value, happening.Data), Json);
        return WebhookDelivery.Create(webhook, happening.Kind, id, body, happening.At);
    }

    private sealed record Envelope(Guid Id, string Kind, DateTimeOffset At, Guid Team, object Data);
}
