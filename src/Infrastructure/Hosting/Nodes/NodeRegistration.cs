using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Hosting.Nodes;

internal static class NodeRegistration
{
    /// <summary>What lets several processes be one installation. After the database's start and before whatever protects data.</summary>
    public static IServiceCollection AddNode(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<InfrastructureOptions>, RoleValidation>();
        services.AddSingleton<IPostConfigureOptions<KeyManagementOptions>>(provider => new KeysInDatabase(
            provider.GetRequiredService<IOptions<DatabaseOptions>>(), provider.GetRequiredService<IPortalContexts>()));
        // Otherwise it is the folder of the program, and what one node protects another one cannot read.
        services.Configure<DataProtectionOptions>(options => options.ApplicationDiscriminator = "FewShotAD");
        services.AddHostedService<KeyStart>();
        return services;
    }
}

/// <summary>A web node and a worker are two processes: they need a database and a storage that both reach.</summary>
internal sealed class RoleValidation(IOptions<DatabaseOptions> database, IOptions<BlobOptions> blobs) : IValidateOptions<InfrastructureOptions>
{
    public ValidateOptionsResult Validate(string? name, InfrastructureOptions options)
    {
        if (options.Role == NodeRole.All)
            return ValidateOptionsResult.Success;
        var role = $"Role={options.Role.ToString().ToLowerInvariant()}";
        if (database.Value.Provider != DatabaseProvider.PostgreSql)
            return ValidateOptionsResult.Fail(
                $"{role} is one of several processes, and SQLite is for one: set Database:Provider=PostgreSql with Database:ConnectionString, or leave Role out.");
        return blobs.Value.Provider == BlobProvider.File && string.IsNullOrWhiteSpace(blobs.Value.Directory)
            ? ValidateOptionsResult.Fail(
                $"{role} is one of several processes, which share their images: set Blobs:Directory to a folder that all of them reach, or Blobs:Provider=Azure.")
            : ValidateOptionsResult.Success;
    }
}
