using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs.Worker;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using Hangfire;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Jobs;

internal static class JobsRegistration
{
    /// <summary>Longer than a worker's grace, so that a run is put back into the queue and not abandoned.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(15);

    public static IServiceCollection AddTrainingJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TrainingOptions>().Bind(configuration.GetSection(TrainingOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TrainingOptions>, TrainingOptionsValidation>();
        services.AddOptions<BackboneOptions>().Bind(configuration.GetSection(BackboneOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BackboneOptions>, BackboneOptionsValidation>();
        services.AddSingleton<WorkPaths>();
        services.AddSingleton<RunEvents>();
        services.AddSingleton<RunSignals>();
        services.AddSingleton<IRunQueue, HangfireRunQueue>();
        services.AddSingleton<JobLayout>();
        services.AddSingleton<RunAttempts>();
        services.AddTransient<TrainRunJob>();
        services.AddSingleton<QueueReader>();
        services.AddSingleton(provider => new RunQueueView(
            provider.GetRequiredService<QueueReader>(), provider.GetRequiredService<IOptions<TrainingOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<RunClaims>();
        services.AddSingleton(provider => new WorkSweeper(
            provider.GetRequiredService<WorkPaths>(),
            provider.GetRequiredService<CrossTenantDb>(),
            provider.GetRequiredService<PortalDb>(),
            provider.GetRequiredService<IOptions<TrainingOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<RunRecovery>();
        services.AddHostedService(provider => provider.GetRequiredService<RunRecovery>());

        // Its own, and not the one that the process was given last: several installations in one process would take each other's calls.
        services.AddSingleton(provider => QueueStorage.Open(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value));
        services.AddHangfire((provider, hangfire) => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseStorage(provider.GetRequiredService<JobStorage>()));
        // A node that only serves people puts work into the queues and takes none out.
        if (configuration.GetValue(nameof(InfrastructureOptions.Role), NodeRole.All) == NodeRole.Web)
            return services;
        services.AddHostedService<WorkerHeartbeat>();
        services.AddHangfireServer((provider, server) =>
        {
            server.ServerName = $"{provider.GetRequiredService<DataPaths>().Node}:{TrainRunJob.GpuQueue}";
            server.Queues = [TrainRunJob.GpuQueue];
            server.WorkerCount = provider.GetRequiredService<IOptions<TrainingOptions>>().Value.Workers;
            server.ShutdownTimeout = ShutdownTimeout;
        });
        services.AddHangfireServer((provider, server) =>
        {
            server.ServerName = $"{provider.GetRequiredService<DataPaths>().Node}:default";
            server.Queues = ["default"];
            server.WorkerCount = 2;
            server.ShutdownTimeout = ShutdownTimeout;
        });
        return services;
    }
}
