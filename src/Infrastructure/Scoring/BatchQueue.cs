using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Jobs;
using Hangfire;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>Which batches this node has asked its workers to look at.</summary>
internal sealed class BatchSignals : JobSignals<ScoringBatchId>;

/// <summary>Where batches wait. The database is the truth; the queue only says “look at this batch”, once until somebody has looked.</summary>
public sealed class BatchQueue
{
    private readonly IBackgroundJobClient jobs;
    private readonly BatchSignals signals;

    internal BatchQueue(IBackgroundJobClient jobs, BatchSignals signals) => (this.jobs, this.signals) = (jobs, signals);

    public void Enqueue(TenantId tenant, ScoringBatchId batch)
    {
        // Hangfire puts its own token in place of this one.
        if (signals.Ask(batch))
            jobs.Enqueue<ScoreBatchJob>(job => job.ExecuteAsync(tenant.Value, batch.Value, CancellationToken.None));
    }
}
