using System.Globalization;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Hosting.Health;

/// <summary>The database answers, and is of this version.</summary>
internal sealed class DatabaseHealth(IPortalContexts contexts) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var database = contexts.Create(default);
            var pending = (await database.Database.GetPendingMigrationsAsync(cancellationToken)).Count();
            return pending == 0
                ? HealthCheckResult.Healthy("Answers, and is of this version.")
                : HealthCheckResult.Unhealthy($"It lacks {pending} migrations of this version: restart the portal, which applies them.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy($"It does not answer: {e.GetType().Name}. Nothing can be read or saved until it does.", e);
        }
    }
}

/// <summary>The blob storage can be listed.</summary>
internal sealed class BlobHealth(IBlobStore blobs) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var tenants = blobs.ListTenantsAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await tenants.MoveNextAsync();
            return HealthCheckResult.Healthy("Answers.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy($"It does not answer: {e.GetType().Name}. Images can neither be shown nor taken in until it does.", e);
        }
    }
}

/// <summary>There is room where the portal writes.</summary>
internal sealed class DiskHealth(DataPaths paths) : IHealthCheck
{
    private const long Low = 4L << 30;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var free = DiskRoom.FreeAt(paths.Root);
        var text = string.Create(CultureInfo.InvariantCulture, $"{free / 1e9:0.0} GB are free in the data directory");
        return Task.FromResult(free switch
        {
            < DiskRoom.Least => HealthCheckResult.Unhealthy($"{text}: uploads are refused and training waits. Make room now."),
            < Low => HealthCheckResult.Degraded($"{text}. Make room, or give the portal a larger disk."),
            _ => HealthCheckResult.Healthy($"{text}."),
        });
    }
}

/// <summary>The program that trains is where the settings say.</summary>
internal sealed class TrainerHealth(IOptions<TrainingOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        File.Exists(WorkPaths.ExecutableOf(options.Value))
            ? HealthCheckResult.Healthy("Is there.")
            : HealthCheckResult.Unhealthy("It is not where Training:Executable says: no run can start. Build src/TrainingJobs, or correct the setting."));
}

/// <summary>Somebody takes runs from the queue.</summary>
internal sealed class WorkerHealth(JobStorage storage, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var servers = storage.GetMonitoringApi().Servers().Where(s => s.Queues.Contains(TrainRunJob.GpuQueue)).ToList();
        var living = servers.Where(s => s.Heartbeat is null || time.GetUtcNow() - new DateTimeOffset(s.Heartbeat.Value, TimeSpan.Zero) < Silence).ToList();
        if (living.Count == 0)
            return Task.FromResult(HealthCheckResult.Degraded("No worker takes runs from the queue: they wait. Start a node that trains."));
        var places = living.Sum(s => s.WorkersCount);
        return Task.FromResult(HealthCheckResult.Healthy(
            $"{(living.Count == 1 ? "1 node trains" : $"{living.Count} nodes train")}, {(places == 1 ? "1 run" : $"{places} runs")} at a time."));
    }
}
