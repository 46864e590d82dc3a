using System.Collections.Concurrent;
using FewShotAD.Domain.Common;

namespace FewShotAD.Infrastructure.Transfers;

/// <summary>Tells pages of this node that transfers of their team began or ended: read again. Best effort; progress is polled.</summary>
public sealed class TransferEvents
{
    private readonly ConcurrentDictionary<Subscription, bool> subscriptions = new();

    /// <returns>Dispose it to stop listening.</returns>
    public IDisposable Subscribe(TenantId tenant, Action happened)
    {
        var subscription = new Subscription(tenant, happened, this);
        subscriptions[subscription] = true;
        return subscription;
    }

    public void Publish(TenantId tenant)
    {
        foreach (var subscription in subscriptions.Keys.Where(s => s.Tenant == tenant))
            subscription.Happened();
    }

    private sealed class Subscription(TenantId tenant, Action happened, TransferEvents owner) : IDisposable
    {
        public TenantId Tenant => tenant;

        public void Happened() => happened();

        public void Dispose() => owner.subscriptions.TryRemove(this, out _);
    }
}
