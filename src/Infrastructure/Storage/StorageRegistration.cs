using FewShotAD.Domain.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Infrastructure.Storage;

internal static class StorageRegistration
{
    public static IServiceCollection AddBlobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<BlobOptions>()
            .Bind(configuration.GetSection(BlobOptions.Section))
            .Validate(options => options.SweepGrace > TimeSpan.Zero && options.SweepInterval > TimeSpan.Zero,
                "Blobs:SweepGrace and Blobs:SweepInterval must be longer than zero.")
            .ValidateOnStart();
        services.AddSingleton(provider => new Spool(provider.GetRequiredService<DataPaths>().Spool));
        services.AddSingleton<IBlobStore>(provider => new FileBlobStore(
            provider.GetRequiredService<DataPaths>().Blobs, provider.GetRequiredService<Spool>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
