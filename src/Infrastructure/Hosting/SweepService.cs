using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Hosting;

/// <summary>Sweeps at start and then every <see cref="BlobOptions.SweepInterval"/>.</summary>
internal sealed class SweepService(
    BlobSweeper blobs, WorkSweeper work, IOptions<BlobOptions> options, TimeProvider time, ILogger<SweepService> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        do
        {
            try
            {
                await work.SweepAsync(stoppingToken);
                await blobs.SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Sweeping failed and is tried again in {Interval}", options.Value.SweepInterval);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
