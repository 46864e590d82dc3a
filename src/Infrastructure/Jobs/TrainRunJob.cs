using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Queueing;
using Hangfire;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>
/// The bell: a run waits somewhere. Which one is worked on, and whether one is at all, the database says; so a bell may ring twice, or
/// for a run that is over. Who was called goes on as long as there is something to take.
/// </summary>
internal sealed class TrainRunJob(RunSignals signals, RunEvents events, RunClaims claims, RunAttempts attempts, ILogger<TrainRunJob> log)
{
    public const string GpuQueue = "gpu";

    /// <param name="ct">Hangfire's token: this node shuts down.</param>
    [Queue(GpuQueue)]
    [AutomaticRetry(Attempts = 0)] // the runs' own table says what is tried again
    public async Task ExecuteAsync(Guid tenantId, Guid runId, CancellationToken ct)
    {
        log.LogDebug("Called for run {Run} of team {Team}", runId, tenantId);
        signals.Looked(new RunId(runId));
        while (!ct.IsCancellationRequested && await claims.NextAsync(ct) is { } ledger)
        {
            using (ledger)
                await WorkAsync(ledger, ct);
        }
    }

    private async Task WorkAsync(RunLedger ledger, CancellationToken ct)
    {
        var (tenant, run) = (ledger.Tenant, ledger.Run.Id);
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
