using Azure.Identity;
using Azure.Storage.Blobs;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Storage;

internal static class StorageRegistration
{
    public static IServiceCollection AddBlobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<BlobOptions>()
            .Bind(configuration.GetSection(BlobOptions.Section))
            .Validate(options => options.SweepGrace > TimeSpan.Zero && options.SweepInterval > TimeSpan.Zero,
                "Blobs:SweepGrace and Blobs:SweepInterval must be longer than zero.")
            .Validate(options => options.Provider != BlobProvider.Azure || options.Azure.ConnectionString is { Length: > 0 } ^ options.Azure.ServiceUri is not null,
                "Blobs:Provider is Azure: set either Blobs:Azure:ConnectionString or Blobs:Azure:ServiceUri.")
            .Validate(options => options.Azure.Container.Length is >= 3 and <= 63, "Blobs:Azure:Container has 3 to 63 characters.")
            .ValidateOnStart();
        services.AddSingleton(provider => new Spool(provider.GetRequiredService<DataPaths>().Spool));
        services.AddSingleton<IBlobStore>(Create);
        services.AddSingleton<BlobCopies>();
        services.AddSingleton(provider => new BlobSweeper(
            provider.GetRequiredService<IBlobStore>(),
            provider.GetRequiredService<PortalDb>(),
            provider.GetRequiredService<Spool>(),
            provider.GetRequiredService<IOptions<BlobOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<BlobSweeper>>()));
        return services;
    }

    private static IBlobStore Create(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<BlobOptions>>().Value;
        var spool = provider.GetRequiredService<Spool>();
        var time = provider.GetRequiredService<TimeProvider>();
        if (options.Provider == BlobProvider.File)
            return new FileBlobStore(provider.GetRequiredService<DataPaths>().Blobs, spool, time, isShared: !string.IsNullOrWhiteSpace(options.Directory));
        return new AzureBlobStore(ServiceOf(options.Azure).GetBlobContainerClient(options.Azure.Container), spool, time);
    }

    public static BlobServiceClient ServiceOf(AzureBlobOptions azure)
    {
        // Some six seconds instead of the client's own 25: whoever waits for an answer is told, and runs and pages try again themselves.
        var options = new BlobClientOptions { Retry = { MaxRetries = 3 } };
        return azure.ConnectionString is { Length: > 0 } connection
            ? new BlobServiceClient(connection, options)
            : new BlobServiceClient(azure.ServiceUri, new DefaultAzureCredential(), options);
    }
}
