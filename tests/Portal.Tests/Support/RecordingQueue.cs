using System.Collections.Concurrent;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>Writes down what it is asked.</summary>
public sealed class RecordingQueue : IRunQueue
{
    private readonly ConcurrentQueue<(TenantId Tenant, RunId Run)> enqueued = new();
    private readonly ConcurrentQueue<RunId> signalled = new();

    /// <summary>How often a tenant's runs were put into the queue, in order.</summary>
    public IReadOnlyList<RunId> EnqueuedBy(TenantId tenant) => [.. enqueued.Where(e => e.Tenant == tenant).Select(e => e.Run)];

    public bool WasSignalled(RunId run) => signalled.Contains(run);

    public void Enqueue(TenantId tenant, RunId run) => enqueued.Enqueue((tenant, run));

    public void SignalCancel(RunId run) => signalled.Enqueue(run);
}

/// <summary>Forgets what it is asked: a test does the work itself, when it wants to.</summary>
public sealed class SilentTransferQueue : ITransferQueue
{
    public void Enqueue(TenantId tenant, TransferId transfer)
    {
    }

    public void SignalCancel(TransferId transfer)
    {
    }
}
