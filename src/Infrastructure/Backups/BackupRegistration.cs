using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Backups;

internal static class BackupRegistration
{
    /// <summary>Backup, restore and verification of the whole installation, for the commands.</summary>
    public static IServiceCollection AddBackups(this IServiceCollection services)
    {
        services.AddSingleton<KeyRing>();
        services.AddSingleton(provider => new InstallationBackup(
            provider.GetRequiredService<IPortalContexts>(), provider.GetRequiredService<IBlobStore>(), provider.GetRequiredService<KeyRing>(),
            provider.GetRequiredService<IOptions<DatabaseOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new InstallationRestore(
            provider.GetRequiredService<IPortalContexts>(), provider.GetRequiredService<IBlobStore>(), provider.GetRequiredService<KeyRing>(),
            provider.GetRequiredService<DataPaths>(), provider.GetRequiredService<IOptions<DatabaseOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new InstallationVerification(
            provider.GetRequiredService<IPortalContexts>(), provider.GetRequiredService<IBlobStore>(), provider.GetRequiredService<AuditVerification>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
