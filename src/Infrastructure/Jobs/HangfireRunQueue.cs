using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using Hangfire;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>The queue "gpu" of Hangfire. It forgets at restart; <see cref="RunRecovery"/> asks again from the database.</summary>
internal sealed class HangfireRunQueue(IBackgroundJobClient jobs, RunSignals signals) : IRunQueue
{
    public void Enqueue(TenantId tenant, RunId run)
    {
        // Hangfire puts its own token in place of this one.
        if (signals.Ask(run))
            jobs.Enqueue<TrainRunJob>(job => job.ExecuteAsync(tenant.Value, run.Value, CancellationToken.None));
    }

    public void SignalCancel(RunId run) => signals.Cancel(run);
}
