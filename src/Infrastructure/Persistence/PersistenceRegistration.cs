using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Infrastructure.Persistence.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Persistence;

internal static class PersistenceRegistration
{
    /// <summary>The one place that chooses a database product.</summary>
    public static IServiceCollection AddPersistence(this IServiceCollection services)
    {
        services.AddSingleton<IPortalContexts>(provider => new SqliteContexts(provider.GetRequiredService<DataPaths>().Database));
        services.AddSingleton(provider => new PortalDb(provider.GetRequiredService<IPortalContexts>()));
        services.AddSingleton(provider => new CrossTenantDb(
            provider.GetRequiredService<IPortalContexts>(), provider.GetRequiredService<ILogger<CrossTenantDb>>()));
        services.AddSingleton<AuditVerification>();
        services.AddSingleton(provider => new DatabasePreparation(
            provider.GetRequiredService<DataPaths>(), provider.GetRequiredService<IPortalContexts>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
