using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Infrastructure.Persistence.Postgres;
using FewShotAD.Infrastructure.Persistence.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Persistence;

internal static class PersistenceRegistration
{
    /// <summary>The one place that chooses a database product.</summary>
    public static IServiceCollection AddPersistence(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DatabaseOptions>().Bind(configuration.GetSection(DatabaseOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsValidation>();
        services.AddSingleton<IPortalContexts>(provider => provider.GetRequiredService<IOptions<DatabaseOptions>>().Value switch
        {
            { Provider: DatabaseProvider.PostgreSql } database => new PostgresContexts(database.ConnectionString!),
            _ => new SqliteContexts(provider.GetRequiredService<DataPaths>().Database),
        });
        services.AddSingleton(provider => new PortalDb(provider.GetRequiredService<IPortalContexts>()));
        services.AddSingleton(provider => new CrossTenantDb(
            provider.GetRequiredService<IPortalContexts>(), provider.GetRequiredService<ILogger<CrossTenantDb>>()));
        services.AddSingleton<AuditVerification>();
        services.AddSingleton(provider => new DatabasePreparation(
            provider.GetRequiredService<DataPaths>(), provider.GetRequiredService<IPortalContexts>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
