using System.Security.Cryptography;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>
/// Model files as files of this machine, which the scoring processes read: <c>scoring/{path of the blob}</c>, so that every path begins
/// with its team here too. A file is put into place whole and checked against its name.
/// </summary>
internal sealed class BundleCache(IBlobStore blobs, DataPaths paths, IOptions<ScoringOptions> options, TimeProvider time, ILogger<BundleCache> log)
{
    private const string PartSuffix = ".part";

    /// <summary>A copy that nobody has used for so long goes, whatever room there is: its model may be deleted by now.</summary>
    private static readonly TimeSpan Unused = TimeSpan.FromHours(24);

    private static readonly TimeSpan StalePart = TimeSpan.FromHours(1);

    private readonly string root = Path.Combine(paths.Root, "scoring");
    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> used = [];

    /// <summary>The folder in which scoring processes are started.</summary>
    public string Root => Directory.CreateDirectory(root).FullName;

    /// <summary>The file of a model, fetched if need be; it stays at least until it is disposed. Null when the storage does not have it.</summary>
    public async Task<BundleFile?> OpenAsync(TenantId tenant, BlobKey key, CancellationToken ct)
    {
        var path = Path.Combine(root, key.ToString().Replace('/', Path.DirectorySeparatorChar));
        var file = new BundleFile(path, key, Pin(path), () => Unpin(path));
        try
        {
            if (await FindAsync(tenant, file, ct))
                return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        return null;
    }

    /// <summary>Forgets a copy that turned out to be broken.</summary>
    public void Discard(BundleFile file)
    {
        log.LogWarning("The copy {Path} of a model is broken; it is fetched again", file.Path);
        File.Delete(file.Path);
    }

    /// <summary>Deletes what nobody has used for long, and the least recently used until the rest fits.</summary>
    /// <returns>How many files were deleted.</returns>
    public int Sweep()
    {
        if (!Directory.Exists(root))
            return 0;
        var now = time.GetUtcNow().UtcDateTime;
        var deleted = 0;
        var kept = 0L;
        foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories).OrderByDescending(file => file.LastWriteTimeUtc).ToList())
        {
            var isPart = file.Name.EndsWith(PartSuffix, StringComparison.Ordinal);
            var goes = file.LastWriteTimeUtc < now - (isPart ? StalePart : Unused) || (!isPart && kept + file.Length > (long)options.Value.CacheMegabytes << 20);
            lock (gate)
            {
                if (goes && !used.ContainsKey(file.FullName))
                {
                    file.Delete();
                    deleted++;
                    continue;
                }
            }

            kept += file.Length;
        }

        return deleted;
    }

    private async Task<bool> FindAsync(TenantId tenant, BundleFile file, CancellationToken ct)
    {
        await file.Entry.Fetching.WaitAsync(ct);
        try
        {
            if (!File.Exists(file.Path))
                return await FetchAsync(tenant, file.Key, file.Path, ct);
            File.SetLastWriteTimeUtc(file.Path, time.GetUtcNow().UtcDateTime);
            return true;
        }
        finally
        {
            file.Entry.Fetching.Release();
        }
    }

    private async Task<bool> FetchAsync(TenantId tenant, BlobKey key, string path, CancellationToken ct)
    {
        await using var blob = await blobs.OpenReadAsync(tenant, key, ct);
        if (blob is null)
            return false;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var part = $"{path}-{Guid.NewGuid():N}{PartSuffix}";
        try
        {
            await using (var target = new FileStream(part, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, useAsync: true))
            {
                await blob.CopyToAsync(target, ct);
                target.Position = 0;
                var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(target, ct));
                if (hash != key.Sha256)
                    throw new InvalidDataException($"The storage gave {hash} for the model {key}.");
            }

            File.Move(part, path, overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(part);
        }
    }

    private Entry Pin(string path)
    {
        lock (gate)
        {
            if (!used.TryGetValue(path, out var entry))
                used[path] = entry = new Entry();
            entry.Users++;
            return entry;
        }
    }

    private void Unpin(string path)
    {
        lock (gate)
        {
            if (--used[path].Users > 0)
                return;
            used.Remove(path, out var entry);
            entry!.Dispose();
        }
    }

    internal sealed class Entry : IDisposable
    {
        /// <summary>Two requests for one cold model fetch it once.</summary>
        public SemaphoreSlim Fetching { get; } = new(1);

        public int Users { get; set; }

        public void Dispose() => Fetching.Dispose();
    }
}

/// <summary>A model file that is in use.</summary>
internal sealed class BundleFile(string path, BlobKey key, BundleCache.Entry entry, Action release) : IDisposable
{
    private Action? release = release;

    public string Path => path;

    public BlobKey Key => key;

    public BundleCache.Entry Entry => entry;

    public void Dispose() => Interlocked.Exchange(ref release, null)?.Invoke();
}
