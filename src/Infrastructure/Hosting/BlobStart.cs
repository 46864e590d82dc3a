using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Storage;
using Microsoft.Extensions.Hosting;

namespace FewShotAD.Infrastructure.Hosting;

/// <summary>Reaches for the blob storage at start, so that a wrong setting stops the start and not the first upload.</summary>
internal sealed class BlobStart(IBlobStore blobs) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        blobs is AzureBlobStore azure ? azure.CreateContainerAsync(cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
