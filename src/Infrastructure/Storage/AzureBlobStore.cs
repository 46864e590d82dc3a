using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;

namespace FewShotAD.Infrastructure.Storage;

/// <summary>
/// Blobs in one container of an Azure storage account, under the same paths as on disk. The service's own conditions
/// (If-None-Match, If-Match) decide races between nodes; Last-Modified is when the content was last put.
/// </summary>
internal sealed class AzureBlobStore(BlobContainerClient container, Spool spool, TimeProvider time) : IBlobStore
{
    private const string PutAgain = "putagain";
    private const int BlockBytes = 4 * 1024 * 1024;
    private const int Tries = 5;

    /// <summary>Makes the container when it is missing, so that a wrong address or a missing right shows at start.</summary>
    public Task CreateContainerAsync(CancellationToken ct) => container.CreateIfNotExistsAsync(cancellationToken: ct);

    public async Task<BlobKey> PutAsync(TenantId tenant, BlobKind kind, Stream content, CancellationToken ct)
    {
        // The name is the hash, so the content must be read once before it can be sent; the service keeps the durable copy.
        using var spooled = await spool.WriteAsync(content, durable: false, ct);
        var key = BlobKey.For(tenant, kind, spooled.Sha256);
        for (var tried = 1; ; tried++)
        {
            if (await TouchAsync(key, ct) || await UploadAsync(key, spooled.Path, ct))
                return key;
            // It was not there to touch, then there at the upload: somebody else puts or sweeps it at this moment.
            if (tried == Tries)
                throw new IOException($"The blob {key} could not be stored: it appeared and vanished {Tries} times.");
        }
    }

    public async Task<Stream?> OpenReadAsync(TenantId tenant, BlobKey key, CancellationToken ct)
    {
        try
        {
            return await ClientOf(BlobOwnership.Require(tenant, key)).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false), ct);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    public async IAsyncEnumerable<BlobEntry> ListAsync(TenantId tenant, [EnumeratorCancellation] CancellationToken ct)
    {
        var options = new GetBlobsOptions { Prefix = BlobKey.PrefixOf(tenant) };
        await foreach (var blob in container.GetBlobsAsync(options, ct))
        {
            if (BlobKey.TryParse(blob.Name, out var key))
                yield return new BlobEntry(key, blob.Properties.ContentLength ?? 0, blob.Properties.LastModified ?? DateTimeOffset.MaxValue);
        }
    }

    public async IAsyncEnumerable<TenantId> ListTenantsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var item in container.GetBlobsByHierarchyAsync(new GetBlobsByHierarchyOptions { Delimiter = "/" }, ct))
        {
            if (item.IsPrefix && Guid.TryParseExact(item.Prefix.TrimEnd('/'), "N", out var id))
                yield return new TenantId(id);
        }
    }

    public async Task<bool> DeleteAsync(TenantId tenant, BlobKey key, DateTimeOffset unlessTouchedAfter, CancellationToken ct)
    {
        var blob = ClientOf(BlobOwnership.Require(tenant, key));
        try
        {
            var properties = await blob.GetPropertiesAsync(cancellationToken: ct);
            if (properties.Value.LastModified > unlessTouchedAfter)
                return false;
            // Touching changes the ETag: a put between the look and this call makes the delete fail.
            var unchanged = new BlobRequestConditions { IfMatch = properties.Value.ETag };
            await blob.DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, unchanged, ct);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            return false;
        }
    }

    private async Task<bool> TouchAsync(BlobKey key, CancellationToken ct)
    {
        try
        {
            // Writing metadata renews Last-Modified without sending the content; the value itself is for people.
            var metadata = new Dictionary<string, string> { [PutAgain] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) };
            await ClientOf(key).SetMetadataAsync(metadata, cancellationToken: ct);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    /// <returns>False when somebody else has put the same content meanwhile.</returns>
    private async Task<bool> UploadAsync(BlobKey key, string path, CancellationToken ct)
    {
        var options = new BlobUploadOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            // Small blocks, few at a time: memory stays flat whatever the size.
            TransferOptions = new StorageTransferOptions { InitialTransferSize = BlockBytes, MaximumTransferSize = BlockBytes, MaximumConcurrency = 2 },
        };
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        try
        {
            await ClientOf(key).UploadAsync(file, options, ct);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    private BlobClient ClientOf(BlobKey key) => container.GetBlobClient(key.ToString());
}
