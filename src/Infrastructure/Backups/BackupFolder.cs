using System.Globalization;
using System.Security.Cryptography;

namespace FewShotAD.Infrastructure.Backups;

/// <summary>
/// A folder of backups: <c>blobs</c>, which they share, and a folder for each, named by its time. One that is being written is called otherwise
/// and gets its name when it is complete. What a backup holds is as secret as the installation: only its owner may read it.
/// </summary>
internal sealed class BackupFolder : IDisposable
{
    private const string Partial = "partial-";
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream held;

    private BackupFolder(string root, FileStream held) => (Root, this.held) = (root, held);

    public string Root { get; }

    public string Blobs => Path.Combine(Root, "blobs");

    /// <returns>Null while another backup works in the folder.</returns>
    public static BackupFolder? TryHold(string root)
    {
        MakePrivate(root);
        var path = Path.Combine(root, "backup.lock");
        try
        {
            return new BackupFolder(root, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>The backup that is meant: the folder itself, or the newest complete one in it.</summary>
    /// <returns>Null when there is none.</returns>
    public static string? Find(string folder)
    {
        if (!Directory.Exists(folder))
            return null;
        return IsComplete(folder) ? folder : Directory.GetDirectories(folder)
            .Where(path => IsComplete(path) && !Path.GetFileName(path).StartsWith(Partial, StringComparison.Ordinal))
            .MaxBy(Path.GetFileName, StringComparer.Ordinal);

        static bool IsComplete(string path) => File.Exists(Path.Combine(path, BackupManifest.FileName));
    }

    public static string BlobsOf(string backup) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(backup))!, "blobs");

    /// <summary>Begins anew: what an earlier one left half written goes.</summary>
    public string Begin()
    {
        foreach (var left in Directory.GetDirectories(Root, Partial + "*"))
            Directory.Delete(left, recursive: true);
        var partial = Path.Combine(Root, Partial + Guid.NewGuid().ToString("N"));
        MakePrivate(Path.Combine(partial, "tables"));
        MakePrivate(Path.Combine(partial, "keys"));
        return partial;
    }

    /// <returns>Where it lies now.</returns>
    public string Finish(string partial, DateTimeOffset at)
    {
        for (var name = at; ; name += TimeSpan.FromSeconds(1))
        {
            var final = Path.Combine(Root, name.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
            if (Directory.Exists(final))
                continue;
            Directory.Move(partial, final);
            return final;
        }
    }

    public void Dispose() => held.Dispose();

    /// <summary>A new file that only its owner may read.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnersFile;
        return new FileStream(path, options);
    }

    public static async Task<BackupFile> WriteAsync(string folder, string name, Func<Stream, Task> write, CancellationToken ct)
    {
        var path = PathOf(folder, name);
        await using (var file = Create(path))
        {
            await write(file);
            await file.FlushAsync(ct);
            // On the disk before the manifest says that it is there.
            file.Flush(flushToDisk: true);
        }

        return new BackupFile(name, new FileInfo(path).Length, await HashAsync(path, ct));
    }

    public static string PathOf(string folder, string name) => Path.Combine(folder, name.Replace('/', Path.DirectorySeparatorChar));

    public static async Task<string> HashAsync(string path, CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
    }

    /// <summary>Makes the folder, for its owner alone; one that is there stays as it is.</summary>
    public static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnersFolder);
    }
}
