using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>
/// Keeps a queue in step with the database, which is the truth: what its worker left goes back to waiting, and everything that waits is
/// queued. At start this node's own work counts as left whatever its lease says: its worker was the node's last life.
/// </summary>
internal abstract class QueueRecovery(TimeProvider time, ILogger log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The first pass is over before anything is worked on.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RecoverAsync(atStart: true, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public abstract Task RecoverAsync(bool atStart, CancellationToken ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RecoverAsync(atStart: false, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "{Recovery} failed and is tried again in {Interval}", GetType().Name, Interval);
            }
        }
    }
}
