using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Infrastructure.Hosting.Health;

internal static class HealthRegistration
{
    /// <summary>What has to work for this node to be of use, each part with a reason when it does not.</summary>
    public static IServiceCollection AddReadiness(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<DatabaseHealth>("database")
            .AddCheck<BlobHealth>("blobs")
            .AddCheck<DiskHealth>("disk")
            .AddCheck<TrainerHealth>("training program")
            .AddCheck<WorkerHealth>("workers");
        services.AddSingleton(provider => new DatabaseHealth(provider.GetRequiredService<Persistence.IPortalContexts>()));
        services.AddSingleton<BlobHealth>();
        services.AddSingleton<DiskHealth>();
        services.AddSingleton<TrainerHealth>();
        services.AddSingleton<WorkerHealth>();
        return services;
    }
}
