using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Api;

/// <summary>
/// A run's events for one listener: its state now, then after every change, and an end when the run is over. What is sent is read
/// from the database each time, so whoever comes back after a break has missed nothing; the last event id needs no memory.
/// </summary>
public sealed class RunEventStream(RunEvents events, GetRunState get, TimeProvider time, IHostApplicationLifetime host) : IUseCase
{
    public const string StateEvent = "run";
    public const string HeartbeatEvent = "heartbeat";

    /// <summary>A worker on another node tells nothing here: look all the same.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(2);

    /// <summary>No more than people and programs can use.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromMilliseconds(250);

    /// <summary>So that nothing on the way takes a silent connection for a dead one.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public async IAsyncEnumerable<SseItem<RestRun?>> FollowAsync(Actor actor, RunId run, [EnumeratorCancellation] CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, host.ApplicationStopping);
        // Before the first look: a change between look and subscription would not be heard.
        using var subscription = events.Subscribe(actor.Tenant, run);
        Guid? sent = null;
        var spoke = time.GetTimestamp();
        while (!ending.IsCancellationRequested)
        {
            var state = await get.HandleAsync(actor, run, ct);
            if (!state.Succeeded)
                yield break; // deleted
            if (sent != state.Value.Run.Stamp)
            {
                sent = state.Value.Run.Stamp;
                spoke = time.GetTimestamp();
                yield return new SseItem<RestRun?>(RestRun.Of(state.Value), StateEvent) { EventId = $"{sent:N}" };
            }
            else if (time.GetElapsedTime(spoke) >= Heartbeat)
            {
                spoke = time.GetTimestamp();
                yield return new SseItem<RestRun?>(null, HeartbeatEvent);
            }

            if (state.Value.Run.IsOver)
                yield break;
            await WaitAsync(subscription, ending.Token);
        }
    }

    private static async Task WaitAsync(RunSubscription subscription, CancellationToken ending)
    {
        try
        {
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(ending);
            wait.CancelAfter(Often);
            await subscription.Events.WaitToReadAsync(wait.Token);
            while (subscription.Events.TryRead(out _))
            {
                // What was said is in the database, or will be with the next event.
            }

            await Task.Delay(Seldom, ending);
        }
        catch (OperationCanceledException)
        {
            // Nothing was said, or the listener left: the loop knows which.
        }
    }
}
