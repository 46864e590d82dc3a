using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace FewShotAD.Infrastructure.Storage;

/// <summary>
/// Takes a stream to disk while hashing it, for stores that name content by its hash. Whoever dies in between leaves a file
/// here that nobody reads and <see cref="DeleteStale"/> removes. Where several processes share the folder, what another one writes is spared by its age alone.
/// </summary>
internal sealed class Spool(string folder)
{
    private const int BufferBytes = 128 * 1024;

    // A slow upload may be older than any grace: what this process works on is known, not guessed from a file's time.
    private readonly ConcurrentDictionary<string, bool> inUse = new();

    /// <param name="content">Read from its current position to its end.</param>
    /// <param name="durable">Whether the bytes must be on the disk, not just in the system's cache, when this returns.</param>
    public async Task<SpooledFile> WriteAsync(Stream content, bool durable, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        inUse[path] = true;
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
            {
                int read;
                while ((read = await content.ReadAsync(buffer.AsMemory(0, BufferBytes), ct)) > 0)
                {
                    hash.AppendData(buffer, 0, read);
                    await file.WriteAsync(buffer.AsMemory(0, read), ct);
                }

                if (durable)
                    file.Flush(flushToDisk: true);
            }

            return new SpooledFile(path, Convert.ToHexStringLower(hash.GetHashAndReset()), Release);
        }
        catch
        {
            Release(path);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Removes files that nobody has written to since <paramref name="before"/>. Returns how many.</summary>
    public int DeleteStale(DateTimeOffset before)
    {
        if (!Directory.Exists(folder))
            return 0;
        var stale = Directory.EnumerateFiles(folder).Where(path => !inUse.ContainsKey(path) && File.GetLastWriteTimeUtc(path) < before.UtcDateTime).ToList();
        foreach (var path in stale)
            File.Delete(path);
        return stale.Count;
    }

    private void Release(string path)
    {
        File.Delete(path);
        inUse.TryRemove(path, out _);
    }
}

/// <summary>A file in the spool; disposing it deletes what is still there.</summary>
internal sealed record SpooledFile(string Path, string Sha256, Action<string> Release) : IDisposable
{
    public void Dispose() => Release(Path);
}
