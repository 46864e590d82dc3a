using System.Collections.Concurrent;
using FewShotAD.Domain.Common;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>Which runs this node has asked its workers to look at, and how to reach the worker of one that is under way.</summary>
internal sealed class RunSignals
{
    private readonly ConcurrentDictionary<RunId, bool> asked = new();
    private readonly ConcurrentDictionary<RunId, CancellationTokenSource> working = new();

    /// <returns>Whether it had not been asked for already.</returns>
    public bool Ask(RunId run) => asked.TryAdd(run, true);

    public bool IsAsked(RunId run) => asked.ContainsKey(run);

    /// <summary>The worker has looked: from here on the database says whether the run needs another look.</summary>
    public void Looked(RunId run) => asked.TryRemove(run, out _);

    /// <summary>A source that <see cref="Cancel"/> reaches until it is given back to <see cref="End"/>.</summary>
    public CancellationTokenSource Begin(RunId run) => working[run] = new CancellationTokenSource();

    public void End(RunId run, CancellationTokenSource source)
    {
        // Only its own entry: a second attempt may have begun meanwhile.
        working.TryRemove(new KeyValuePair<RunId, CancellationTokenSource>(run, source));
        source.Dispose();
    }

    public void Cancel(RunId run)
    {
        if (!working.TryGetValue(run, out var source))
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
