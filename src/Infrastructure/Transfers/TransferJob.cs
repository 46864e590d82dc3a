using System.Diagnostics;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Telemetry;
using Hangfire;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Transfers;

internal sealed class TransferSignals : JobSignals<TransferId>;

/// <summary>The queue "default" of Hangfire. It forgets at restart; <see cref="TransferRecovery"/> asks again from the database.</summary>
internal sealed class HangfireTransferQueue(IBackgroundJobClient jobs, TransferSignals signals) : ITransferQueue
{
    public void Enqueue(TenantId tenant, TransferId transfer)
    {
        if (signals.Ask(transfer))
            jobs.Enqueue<TransferJob>(job => job.ExecuteAsync(tenant.Value, transfer.Value, CancellationToken.None));
    }

    public void SignalCancel(TransferId transfer) => signals.Cancel(transfer);
}

/// <summary>
/// The job of one export, import or restore. It may be started twice or for one that is over: only the attempt that claims the
/// row works on it, the others return quietly.
/// </summary>
internal sealed class TransferJob(
    PortalDb db, TransferSignals signals, TransferEvents events, IEnumerable<ITransferWork> works, TransferFolders folders, DataPaths paths,
    Instruments instruments, TimeProvider time, ILogger<TransferJob> log)
{
    public const string DefaultQueue = "default";

    /// <param name="ct">Hangfire's token: this node shuts down.</param>
    [Queue(DefaultQueue)]
    [AutomaticRetry(Attempts = 0)] // the transfers' own table says what is tried again
    public async Task ExecuteAsync(Guid tenantId, Guid transferId, CancellationToken ct)
    {
        var (tenant, id) = (new TenantId(tenantId), new TransferId(transferId));
        signals.Looked(id);
        using var ledger = await TransferLedger.ClaimAsync(db, time, paths.Node, tenant, id, ct);
        if (ledger is null)
            return;
        events.Publish(tenant);
        var cancel = signals.Begin(id);
        try
        {
            await GoAsync(ledger, cancel, ct);
        }
        finally
        {
            signals.End(id, cancel);
            events.Publish(tenant);
        }
    }

    private async Task GoAsync(TransferLedger ledger, CancellationTokenSource cancel, CancellationToken shutdown)
    {
        using var scope = log.BeginScope(ledger.Transfer.TenantId);
        using var span = Spans.Begin("transfer", ledger.Transfer.TenantId, ActivityKind.Consumer)?.SetTag("fewshotad.transfer.kind", $"{ledger.Transfer.Kind}");
        var begun = time.GetTimestamp();
        string? error = null;
        using var over = new CancellationTokenSource();
        using var lost = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel.Token, lost.Token, shutdown);
        var keeping = new LeaseKeeper(ledger, time, log).KeepAsync(cancel.Cancel, lost.Cancel, over.Token);
        Func<Transfer, DateTimeOffset, Result>? end;
        try
        {
            using var folder = folders.Open(ledger.Transfer.Id);
            var work = works.First(w => w.Kinds.Contains(ledger.Transfer.Kind));
            var done = await work.DoAsync(new TransferTask(ledger, folder.Path), stop.Token);
            error = done.Error?.Code;
            end = done.Succeeded ? (row, now) => row.Succeed(done.Value, now) : (row, now) => row.Fail(done.Error.Message, now);
        }
        catch (OperationCanceledException)
        {
            end = cancel.IsCancellationRequested ? (row, now) => row.Cancelled(now) : (row, now) => row.Requeue(now);
        }
        catch (Exception e) when (Outage.Of(e) is { } outage)
        {
            // Nothing is written: the lease runs out, and the recovery calls it again.
            log.LogWarning(e, "{Name} waits: {Outage} is away or full", ledger.Name, outage);
            end = null;
        }
        catch (Exception e)
        {
            log.LogError(e, "{Name} failed", ledger.Name);
            error = "portal";
            end = (row, now) => row.Fail($"The portal could not go on: {e.Message} Start it again when the cause is gone.", now);
        }

        await over.CancelAsync();
        await keeping;
        // No token: an end that is not written would leave it to the next lease check.
        if (end is null)
            return;
        var became = TransferStatus.Running;
        var written = await ledger.WriteAsync(
            (row, now) =>
            {
                var ended = end(row, now);
                became = row.Status;
                return ended;
            },
            CancellationToken.None);
        if (!written)
        {
            log.LogWarning("{Name} was taken over or deleted while this node worked on it", ledger.Name);
            return;
        }

        instruments.Transferred(ledger.Transfer.Kind, became, error, time.GetElapsedTime(begun));
        span.End(error);
    }
}
