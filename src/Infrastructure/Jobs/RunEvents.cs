using System.Collections.Concurrent;
using System.Threading.Channels;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>Something happened to a run on this node.</summary>
public abstract record RunEvent(TenantId Tenant, RunId Run)
{
    /// <summary>The run's rows in the database have changed: read again what you show of them.</summary>
    public sealed record Changed(TenantId Tenant, RunId Run) : RunEvent(Tenant, Run);

    /// <summary>The worker said something; it reaches the database with the next <see cref="Changed"/>.</summary>
    public sealed record Said(TenantId Tenant, RunId Run, WorkerMessage Message) : RunEvent(Tenant, Run);
}

/// <summary>
/// Tells pages of this node what happens to runs, without a look at the database. Best effort: a subscriber that does not keep
/// up loses the oldest events, and the database stays the truth.
/// </summary>
public sealed class RunEvents
{
    private const int Capacity = 512;

    private readonly ConcurrentDictionary<RunSubscription, bool> subscriptions = new();

    /// <param name="tenant">Only this tenant's runs are heard.</param>
    /// <param name="run">Null for all runs of the tenant.</param>
    /// <returns>Dispose it to stop listening.</returns>
    public RunSubscription Subscribe(TenantId tenant, RunId? run = null)
    {
        var channel = Channel.CreateBounded<RunEvent>(new BoundedChannelOptions(Capacity)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        });
        var subscription = new RunSubscription(channel, tenant, run, Remove);
        subscriptions[subscription] = true;
        return subscription;
    }

    /// <summary>Never blocks.</summary>
    public void Publish(RunEvent happened)
    {
        foreach (var subscription in subscriptions.Keys)
            subscription.Offer(happened);
    }

    private void Remove(RunSubscription subscription) => subscriptions.TryRemove(subscription, out _);
}

/// <summary>One listener's queue of events.</summary>
public sealed class RunSubscription : IDisposable
{
    private readonly Channel<RunEvent> channel;
    private readonly TenantId tenant;
    private readonly RunId? run;
    private readonly Action<RunSubscription> remove;

    internal RunSubscription(Channel<RunEvent> channel, TenantId tenant, RunId? run, Action<RunSubscription> remove) =>
        (this.channel, this.tenant, this.run, this.remove) = (channel, tenant, run, remove);

    /// <summary>Completes when the subscription is disposed.</summary>
    public ChannelReader<RunEvent> Events => channel.Reader;

    public void Dispose()
    {
        remove(this);
        channel.Writer.TryComplete();
    }

    internal void Offer(RunEvent happened)
    {
        if (happened.Tenant == tenant && (run is null || run == happened.Run))
            channel.Writer.TryWrite(happened);
    }
}
