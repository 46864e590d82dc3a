using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Telemetry;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>
/// The job of one batch. It may be started twice or for a batch that is over: only the one that claims the batch works on it. What it has
/// done is written down after every few images, together with the lease.
/// </summary>
internal sealed class ScoreBatchJob(
    PortalDb db, BatchSignals signals, BatchImages images, DataPaths paths, TimeProvider time, ILogger<ScoreBatchJob> log)
{
    /// <param name="ct">Hangfire's token: this node shuts down.</param>
    [AutomaticRetry(Attempts = 0)] // the batches' own table says what is tried again
    public async Task ExecuteAsync(Guid tenantId, Guid batchId, CancellationToken ct)
    {
        var (tenant, id) = (new TenantId(tenantId), new ScoringBatchId(batchId));
        using var scope = log.BeginScope(tenant);
        signals.Looked(id);
        var claimed = await BatchLedger.ChangeAsync(db, tenant, id, batch => batch.Claim(paths.Node, time.GetUtcNow()), ct);
        if (!claimed.Succeeded)
            return;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var attempt = claimed.Value.Attempt;
        var keeping = new LeaseKeeper(new BatchLease(db, time, claimed.Value), time, log).KeepAsync(over.Cancel, over.Cancel, over.Token);
        Func<ScoringBatch, Result>? end;
        try
        {
            end = await WorkAsync(tenant, claimed.Value, over.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Also for one that somebody cancelled: it is over then.
            end = batch => batch.Requeue(time.GetUtcNow());
        }
        catch (Exception e) when (Outage.Of(e) is { } outage)
        {
            // Nothing is written: the lease runs out, and the recovery calls it again.
            log.LogWarning(e, "Batch {Batch} waits: {Outage} is away or full", id, outage);
            end = null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "Batch {Batch} failed in the portal", id);
            end = batch => batch.Finish(RunStatus.Failed, $"The portal could not go on: {e.Message} Start it again when the cause is gone.", time.GetUtcNow());
        }

        await over.CancelAsync();
        await keeping;
        // No token: an end that is not written would leave the batch to the next lease check.
        if (end is not null)
            await BatchLedger.ChangeAsync(db, tenant, id, batch => batch.Attempt == attempt ? end(batch) : new BatchOver(batch.Status), CancellationToken.None);
    }

    private async Task<Func<ScoringBatch, Result>> WorkAsync(TenantId tenant, ScoringBatch batch, CancellationToken ct)
    {
        TrainedModel? model;
        TrainingRecipe recipe;
        await using (var context = db.ForTenant(tenant))
        {
            model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == batch.ModelId, ct);
            recipe = await context.Runs.AsNoTracking().Where(r => r.Id == model!.RunId).Select(r => r.Recipe).FirstAsync(ct);
        }

        while (batch.Done < batch.Total)
        {
            ct.ThrowIfCancellationRequested();
            var chunk = batch.Images.Skip(batch.Done).Take(BatchImages.AtOnce).ToList();
            var scored = await images.ScoreAsync(model!, recipe, chunk, ct);
            if (!scored.Succeeded)
                return failed => failed.Finish(RunStatus.Failed, scored.Error.Message, time.GetUtcNow());
            var written = await ScoredRows.WriteAsync(db, tenant, model!.Id, scored.Value, time.GetUtcNow(), ct);
            var advanced = await BatchLedger.ChangeAsync(
                db, tenant, batch.Id, b => b.Advance(batch.Attempt, written.Count, chunk.Count - written.Count, time.GetUtcNow()), ct);
            if (!advanced.Succeeded)
                throw new InvalidOperationException(advanced.Error.Message);
            batch = advanced.Value;
            if (batch.CancelRequested)
                return cancelled => cancelled.Finish(RunStatus.Cancelled, null, time.GetUtcNow());
        }

        return done => done.Finish(RunStatus.Succeeded, null, time.GetUtcNow());
    }
}
