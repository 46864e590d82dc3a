using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Telemetry;

/// <summary>Reads what gauges tell, now and then, and only while somebody collects them.</summary>
internal sealed class LevelWatch(Instruments instruments, QueueLevels queue, GraphicsCards cards, TimeProvider time, ILogger<LevelWatch> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        do
        {
            try
            {
                if (instruments.QueueIsWatched)
                    await queue.ReadAsync(stoppingToken);
                if (instruments.CardsAreWatched)
                    await cards.ReadAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning(e, "Levels for the metrics could not be read and are tried again in {Pause}", Look);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
