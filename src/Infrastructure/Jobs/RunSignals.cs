using System.Collections.Concurrent;
using FewShotAD.Domain.Common;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>Which runs this node has asked its workers to look at, and how to reach the worker of one that is under way.</summary>
internal sealed class RunSignals : JobSignals<RunId>;

/// <summary>The same for any kind of job that a row of the database stands for.</summary>
internal abstract class JobSignals<TId>
    where TId : struct
{
    private readonly ConcurrentDictionary<TId, bool> asked = new();
    private readonly ConcurrentDictionary<TId, CancellationTokenSource> working = new();

    /// <returns>Whether it had not been asked for already.</returns>
    public bool Ask(TId id) => asked.TryAdd(id, true);

    public bool IsAsked(TId id) => asked.ContainsKey(id);

    /// <summary>
    /// Another node's worker may have looked, which tells this one nothing: what was asked for and does not wait any more is forgotten.
    /// </summary>
    /// <param name="waiting">What waits; nothing when the queue holds no call, so that whatever was asked for has gone with a node.</param>
    public void Keep(IReadOnlyCollection<TId> waiting)
    {
        foreach (var id in asked.Keys.Where(id => !waiting.Contains(id)))
            asked.TryRemove(id, out _);
    }

    /// <summary>The worker has looked: from here on the database says whether the run needs another look.</summary>
    public void Looked(TId id) => asked.TryRemove(id, out _);

    /// <summary>A source that <see cref="Cancel"/> reaches until it is given back to <see cref="End"/>.</summary>
    public CancellationTokenSource Begin(TId id) => working[id] = new CancellationTokenSource();

    public void End(TId id, CancellationTokenSource source)
    {
        // Only its own entry: a second attempt may have begun meanwhile.
        working.TryRemove(new KeyValuePair<TId, CancellationTokenSource>(id, source));
        source.Dispose();
    }

    public void Cancel(TId id)
    {
        if (!working.TryGetValue(id, out var source))
            return;
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run ended between looking and calling: nothing is left to cancel.
        }
    }
}
