using FewShotAD.Domain.Storage;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Storage;

/// <summary>Copies between stores as a person names them: <c>file</c> and <c>azure</c> as configured, <c>file:FOLDER</c>, <c>azure:CONTAINER</c>.</summary>
public sealed class BlobCopies(DataPaths paths, IOptions<BlobOptions> options, TimeProvider time)
{
    /// <exception cref="ArgumentException">A name is no store, or the source is not there.</exception>
    public async Task<BlobCopyCounts> RunAsync(string from, string to, bool checkAll, CancellationToken ct)
    {
        var source = await OpenAsync(from, mustExist: true, ct);
        return await BlobCopy.RunAsync(source, await OpenAsync(to, mustExist: false, ct), checkAll, ct);
    }

    /// <param name="mustExist">For a source: a folder that is not there is a slip, not an empty store.</param>
    private async Task<IBlobStore> OpenAsync(string name, bool mustExist, CancellationToken ct)
    {
        var parts = name.Split(':', 2);
        if (parts[0] == "file" && parts[^1].Length > 0)
        {
            var folder = parts.Length == 1 ? paths.Blobs : Path.GetFullPath(parts[1]);
            if (mustExist && !Directory.Exists(folder))
                throw new ArgumentException($"There is no folder {folder}.");
            // Nodes that run put and sweep in the folder that they share.
            return new FileBlobStore(folder, new Spool(Path.Combine(folder, "spool")), time, isShared: folder == paths.Blobs && !string.IsNullOrWhiteSpace(options.Value.Directory));
        }

        var azure = options.Value.Azure;
        if (parts[0] != "azure" || parts[^1].Length == 0)
            throw new ArgumentException($"“{name}” is no store. Write file, file:FOLDER, azure or azure:CONTAINER.");
        if (!(azure.ConnectionString is { Length: > 0 } ^ azure.ServiceUri is not null))
            throw new ArgumentException("Set either Blobs:Azure:ConnectionString or Blobs:Azure:ServiceUri.");
        var store = new AzureBlobStore(StorageRegistration.ServiceOf(azure).GetBlobContainerClient(parts.Length == 1 ? azure.Container : parts[1]), new Spool(paths.Spool), time);
        await store.CreateContainerAsync(ct);
        return store;
    }
}
