using System.Runtime.CompilerServices;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;

namespace FewShotAD.Infrastructure.Storage;

/// <summary>
/// Blobs as files. A path is made from a <see cref="BlobKey"/> alone — hexadecimal digits and known folder names — so no input
/// can leave the root. The file's modification time is when the content was last put.
/// </summary>
internal sealed class FileBlobStore : IBlobStore
{
    private readonly string root;
    private readonly Spool spool;
    private readonly TimeProvider time;
    private readonly BlobLocks locks;

    /// <param name="isShared">Whether other processes work on the same folder.</param>
    public FileBlobStore(string root, Spool spool, TimeProvider time, bool isShared = false)
    {
        (this.root, this.spool, this.time) = (root, spool, time);
        Directory.CreateDirectory(root);
        locks = new BlobLocks(isShared ? Path.Combine(root, "locks") : null);
    }

    public async Task<BlobKey> PutAsync(TenantId tenant, BlobKind kind, Stream content, CancellationToken ct)
    {
        using var spooled = await spool.WriteAsync(content, durable: true, ct);
        var key = BlobKey.For(tenant, kind, spooled.Sha256);
        var path = PathOf(key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (locks.Hold(key))
        {
            if (!File.Exists(path))
                File.Move(spooled.Path, path);
            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
        }

        return key;
    }

    public Task<Stream?> OpenReadAsync(TenantId tenant, BlobKey key, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var path = PathOf(BlobOwnership.Require(tenant, key));
        try
        {
            // Sharing deletion: a reader keeps its bytes even when the blob is swept meanwhile.
            return Task.FromResult<Stream?>(new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 64 * 1024, useAsync: true));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public async IAsyncEnumerable<BlobEntry> ListAsync(TenantId tenant, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask; // the interface is asynchronous for remote stores
        var folder = new DirectoryInfo(Path.Combine(root, tenant.ToString()));
        if (!folder.Exists)
            yield break;
        foreach (var file in folder.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            ct.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (BlobKey.TryParse(name, out var key) && Entry(key, file) is { } entry)
                yield return entry;
        }
    }

    public async IAsyncEnumerable<TenantId> ListTenantsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask; // the interface is asynchronous for remote stores
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            ct.ThrowIfCancellationRequested();
            if (Guid.TryParseExact(Path.GetFileName(folder), "N", out var id)
                && Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any())
                yield return new TenantId(id);
        }
    }

    public Task<bool> DeleteAsync(TenantId tenant, BlobKey key, DateTimeOffset unlessTouchedAfter, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var path = PathOf(BlobOwnership.Require(tenant, key));
        using (locks.Hold(key))
        {
            if (!File.Exists(path))
                return Task.FromResult(true);
            if (File.GetLastWriteTimeUtc(path) > unlessTouchedAfter.UtcDateTime)
                return Task.FromResult(false);
            File.Delete(path);
            return Task.FromResult(true);
        }
    }

    private static BlobEntry? Entry(BlobKey key, FileInfo file)
    {
        try
        {
            return new BlobEntry(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
        }
        catch (FileNotFoundException)
        {
            return null; // deleted between listing and looking
        }
    }

    private string PathOf(BlobKey key) => Path.Combine(root, key.ToString().Replace('/', Path.DirectorySeparatorChar));
}
