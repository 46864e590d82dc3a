using System.Collections.Concurrent;
using FewShotAD.Domain.Common;
using Hangfire;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>Where batches wait. The database is the truth; the queue only says “look at this batch”, once until somebody has looked.</summary>
public sealed class BatchQueue
{
    private readonly ConcurrentDictionary<ScoringBatchId, bool> asked = new();
    private readonly IBackgroundJobClient jobs;

    internal BatchQueue(IBackgroundJobClient jobs) => this.jobs = jobs;

    public void Enqueue(TenantId tenant, ScoringBatchId batch)
    {
        // Hangfire puts its own token in place of this one.
        if (asked.TryAdd(batch, true))
            jobs.Enqueue<ScoreBatchJob>(job => job.ExecuteAsync(tenant.Value, batch.Value, CancellationToken.None));
    }

    /// <inheritdoc cref="Jobs.JobSignals{TId}.Keep"/>
    internal void Keep(IReadOnlyCollection<ScoringBatchId> waiting)
    {
        foreach (var id in asked.Keys.Where(id => !waiting.Contains(id)))
            asked.TryRemove(id, out _);
    }

    internal void Looked(ScoringBatchId batch) => asked.TryRemove(batch, out _);
}
