using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>What one attempt at a run, a transfer or a batch holds.</summary>
internal interface ILease
{
    /// <summary>Of what, for the log.</summary>
    string Name { get; }

    Task<bool> IsCancelRequestedAsync(CancellationToken ct);

    /// <returns>False when it is another attempt's by now.</returns>
    Task<bool> RenewLeaseAsync(CancellationToken ct);
}

/// <summary>Beside the work: renews its lease and looks whether somebody on another node wants it cancelled.</summary>
internal sealed class LeaseKeeper(ILease ledger, TimeProvider time, ILogger log)
{
    /// <summary>Together with the worker's grace this keeps a cancel from anywhere under five seconds.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Renew = TimeSpan.FromSeconds(5);

    /// <summary>Runs until <paramref name="ct"/>. Calls each action at most once.</summary>
    public async Task KeepAsync(Action onCancelRequested, Action onLost, CancellationToken ct)
    {
        var renewed = time.GetUtcNow();
        var told = false;
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                try
                {
                    if (!told && await ledger.IsCancelRequestedAsync(ct))
                    {
                        told = true;
                        onCancelRequested();
                    }

                    if (time.GetUtcNow() - renewed < Renew)
                        continue;
                    if (!await ledger.RenewLeaseAsync(ct))
                    {
                        onLost();
                        return;
                    }

                    renewed = time.GetUtcNow();
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // A database that is away for a moment costs nothing as long as the lease lasts.
                    log.LogWarning(e, "The lease of {Name} could not be renewed", ledger.Name);
                    if (time.GetUtcNow() - renewed > TrainingRun.LeaseLength)
                    {
                        onLost();
                        return;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The work is over.
        }
    }
}

internal sealed record LeaseLost()
    : Error(ErrorKind.Conflict, "lease.lost", "This attempt no longer holds what it works on: it is over, deleted or another attempt's.");
