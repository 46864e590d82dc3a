using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Queueing;

/// <summary>Why a run waits.</summary>
public enum WaitReason
{
    /// <summary>A worker has room: it starts within seconds.</summary>
    Soon,

    /// <summary>It is next, and all workers are at work.</summary>
    WorkersBusy,

    /// <summary>Others come before it.</summary>
    RunsAhead,

    /// <summary>Its team has as many runs at once as it may have.</summary>
    TeamLimit,

    NoWorker,
}

/// <param name="Ahead">Waiting runs, of whatever team, that will start before it.</param>
/// <param name="StartsIn">Null when nobody can say.</param>
public sealed record QueuePlace(int Ahead, WaitReason Reason, TimeSpan? StartsIn);

/// <summary>Plays the queue forward by the rule that workers choose by, with the times that runs are expected to take.</summary>
public static class QueueForecast
{
    public static IReadOnlyDictionary<RunId, QueuePlace> Of(QueueState state, IReadOnlyCollection<RunId> wanted, DateTimeOffset now)
    {
        var queue = new FairQueue(state, now);
        var places = new Dictionary<RunId, QueuePlace>();
        var alive = state.Nodes.Count > 0;
        var ends = new PriorityQueue<TenantId, double>();
        var free = Slots(state, now, ends);
        var immediately = free > 0;
        var full = state.Waiting.Select(run => run.Tenant).Distinct().Where(team => !queue.HasRoom(team)).ToHashSet();
        var (clock, started) = (0.0, 0);
        while (places.Count < wanted.Count)
        {
            if (free > 0 && queue.Next() is { } next)
            {
                if (wanted.Contains(next.Run))
                    places[next.Run] = new QueuePlace(started, Reason(next.Tenant, started), alive ? TimeSpan.FromSeconds(clock) : null);
                queue.Start(next);
                started++;
                free--;
                ends.Enqueue(next.Tenant, clock + FairQueue.Expected(next));
                continue;
            }

            if (!ends.TryDequeue(out var team, out clock))
                break;
            free++;
            queue.End(team);
        }

        // Nothing that is known lets these start: their team's runs are on a node that is gone.
        foreach (var run in state.Waiting.Where(run => wanted.Contains(run.Run)))
            places.TryAdd(run.Run, new QueuePlace(started, Reason(run.Tenant, started), null));
        return places;

        WaitReason Reason(TenantId team, int ahead) => (alive, full.Contains(team), ahead, immediately) switch
        {
            (false, _, _, _) => WaitReason.NoWorker,
            (_, true, _, _) => WaitReason.TeamLimit,
            (_, _, > 0, _) => WaitReason.RunsAhead,
            (_, _, _, false) => WaitReason.WorkersBusy,
            _ => WaitReason.Soon,
        };
    }

    /// <returns>How many runs could start now. Without a living worker one is imagined, for the order's sake.</returns>
    private static int Slots(QueueState state, DateTimeOffset now, PriorityQueue<TenantId, double> ends)
    {
        // A dead node's runs go on elsewhere; its places do not.
        var free = 0;
        foreach (var node in state.Nodes)
        {
            var own = state.Running.Where(run => run.Node == node.Node).ToList();
            free += Math.Max(0, node.Capacity - own.Count);
            foreach (var run in own)
                ends.Enqueue(run.Tenant, run.Left(now));
        }

        return state.Nodes.Count == 0 ? 1 : free;
    }
}
