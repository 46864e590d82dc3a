using FewShotAD.Domain.Storage;

namespace FewShotAD.Infrastructure.Storage;

/// <summary>
/// A put of existing content and the sweeper's delete of it must not interleave between look and act. Keys share locks, and none is held
/// over slow work. Where other processes work on the same folder, a file stands beside each lock; the system lets go of it with the process.
/// </summary>
internal sealed class BlobLocks
{
    private const int Stripes = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly Lock[] stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Lock())];
    private readonly string? folder;

    /// <param name="folder">Of the files that hold other processes off; null where there are none.</param>
    public BlobLocks(string? folder)
    {
        this.folder = folder;
        if (folder is not null)
            Directory.CreateDirectory(folder);
    }

    /// <summary>Dispose it on the same thread.</summary>
    public Held Hold(BlobKey key)
    {
        var stripe = Convert.ToInt32(key.Sha256[..2], 16) % Stripes;
        stripes[stripe].Enter();
        try
        {
            return new Held(stripes[stripe], folder is null ? null : Take(Path.Combine(folder, $"{stripe:00}")));
        }
        catch
        {
            stripes[stripe].Exit();
            throw;
        }
    }

    private static FileStream Take(string path)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another process holds it, for as long as moving or deleting one file takes.
                Thread.Sleep(Pause);
            }
        }
    }

    internal readonly struct Held(Lock stripe, FileStream? file) : IDisposable
    {
        public void Dispose()
        {
            file?.Dispose();
            stripe.Exit();
        }
    }
}
