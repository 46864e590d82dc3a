using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Bundles;

/// <summary>
/// Bundles that were made lately, so that a download that goes on, or comes in several parts at once, gets the rest of the same file without its being
/// made again. Each stays a while after it was last asked for, a few of them at most; another node makes the same bytes anew.
/// </summary>
public sealed class BundleShelf : IDisposable
{
    /// <summary>After it was last asked for.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    public const int Most = 16;

    private const int Stripes = 16;
    private static readonly TimeSpan SweepPause = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(TenantId Tenant, ModelId Model), Shelved> files = [];
    private readonly SemaphoreSlim[] making = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];
    private readonly DataPaths paths;
    private readonly TimeProvider time;
    private readonly ITimer timer;

    public BundleShelf(DataPaths paths, TimeProvider time)
    {
        (this.paths, this.time) = (paths, time);
        timer = time.CreateTimer(_ => Sweep(), null, SweepPause, SweepPause);
    }

    /// <param name="Sha256">Of the file.</param>
    /// <param name="IsNewToThem">Whether whoever asks has not had it from here.</param>
    public sealed record Found(FileStream File, string Name, string Sha256, bool IsNewToThem);

    /// <summary>Parts of one file that are asked for at once wait here, and all but the first find it made. Models may share a place.</summary>
    public async Task<IDisposable> WaitAsync(ModelId model, CancellationToken ct)
    {
        var place = making[(uint)model.GetHashCode() % Stripes];
        await place.WaitAsync(ct);
        return new Place(place);
    }

    /// <summary>In the folder that is emptied at every start: a portal that is killed leaves nothing for long.</summary>
    public FileStream NewFile() => new(
        Path.Combine(Directory.CreateDirectory(paths.Transfers).FullName, $"bundle-{Guid.NewGuid():N}"),
        new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.Asynchronous });

    /// <summary>Keeps a file that was made, in the place of an older one of the same version.</summary>
    /// <returns>The file to read, the caller's to close.</returns>
    public FileStream Put(Actor by, ModelId model, string path, string name, string sha256)
    {
        lock (gate)
        {
            Remove((by.Tenant, model));
            // Room first: of several that were used at one moment the new one must not be the one that goes.
            while (files.Count >= Most)
                Remove(files.MinBy(entry => entry.Value.UsedAt).Key);
            files[(by.Tenant, model)] = new Shelved(path, name, sha256) { UsedAt = time.GetUtcNow(), TakenBy = { (by.User, by.Key?.Id) } };
            return Open(path);
        }
    }

    /// <param name="sha256">The file must be this one; null where any will do.</param>
    /// <returns>Null when it is not here. The file is the caller's to close.</returns>
    public Found? Find(Actor by, ModelId model, string? sha256)
    {
        lock (gate)
        {
            if (!files.TryGetValue((by.Tenant, model), out var shelved) || (sha256 ?? shelved.Sha256) != shelved.Sha256 || shelved.UsedAt + Life < time.GetUtcNow())
                return null;
            shelved.UsedAt = time.GetUtcNow();
            return new Found(Open(shelved.Path), shelved.Name, shelved.Sha256, shelved.TakenBy.Add((by.User, by.Key?.Id)));
        }
    }

    public void Dispose()
    {
        timer.Dispose();
        lock (gate)
        {
            foreach (var key in files.Keys.ToList())
                Remove(key);
        }

        foreach (var place in making)
            place.Dispose();
    }

    private static FileStream Open(string path) =>
        new(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, Options = FileOptions.Asynchronous });

    private void Sweep()
    {
        lock (gate)
        {
            foreach (var key in files.Where(entry => entry.Value.UsedAt + Life < time.GetUtcNow()).Select(entry => entry.Key).ToList())
                Remove(key);
        }
    }

    /// <summary>Who is reading it reads on: the file is gone from the folder only.</summary>
    private void Remove((TenantId Tenant, ModelId Model) key)
    {
        if (files.Remove(key, out var shelved))
            File.Delete(shelved.Path);
    }

    private sealed class Shelved(string path, string name, string sha256)
    {
        public string Path => path;

        public string Name => name;

        public string Sha256 => sha256;

        public DateTimeOffset UsedAt { get; set; }

        public HashSet<(UserId User, ApiKeyId? Key)> TakenBy { get; } = [];
    }

    private sealed class Place(SemaphoreSlim place) : IDisposable
    {
        public void Dispose() => place.Release();
    }
}
