using System.Diagnostics;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Telemetry;
using Hangfire;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>The queue "gpu" of Hangfire. It forgets at restart; <see cref="RunRecovery"/> asks again from the database.</summary>
internal sealed class HangfireRunQueue(IBackgroundJobClient jobs, RunSignals signals) : IRunQueue
{
    public void Enqueue(TenantId tenant, RunId run)
    {
        // The request that queued it and the attempts that follow are found by one search.
        Activity.Current?.SetTag(Spans.Run, run.ToString());
        // Hangfire puts its own token in place of this one.
        if (signals.Ask(run))
            jobs.Enqueue<TrainRunJob>(job => job.ExecuteAsync(tenant.Value, run.Value, CancellationToken.None));
    }

    public void SignalCancel(RunId run) => signals.Cancel(run);
}
