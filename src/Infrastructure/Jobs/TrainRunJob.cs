using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Persistence;
using Hangfire;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>
/// The job of one training run. It may be started twice or for a run that is over: only the attempt that claims the run works
/// on it, the others return quietly.
/// </summary>
internal sealed class TrainRunJob(
    PortalDb db, RunSignals signals, RunEvents events, RunAttempts attempts, DataPaths paths, TimeProvider time, ILogger<TrainRunJob> log)
{
    public const string GpuQueue = "gpu";

    /// <param name="ct">Hangfire's token: this node shuts down.</param>
    [Queue(GpuQueue)]
    [AutomaticRetry(Attempts = 0)] // the runs' own table says what is tried again
    public async Task ExecuteAsync(Guid tenantId, Guid runId, CancellationToken ct)
    {
        var (tenant, run) = (new TenantId(tenantId), new RunId(runId));
        signals.Looked(run);
        using var ledger = await RunLedger.ClaimAsync(db, time, paths.Node, tenant, run, ct);
        if (ledger is null)
        {
            log.LogDebug("Run {Run} is not waiting for a worker", run);
            return;
        }

        events.Publish(new RunEvent.Changed(tenant, run));
        var cancel = signals.Begin(run);
        try
        {
            await attempts.GoAsync(ledger, cancel, ct);
        }
        finally
        {
            signals.End(run, cancel);
            events.Publish(new RunEvent.Changed(tenant, run));
        }
    }
}
