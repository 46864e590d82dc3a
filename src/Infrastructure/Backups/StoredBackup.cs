using System.Runtime.CompilerServices;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Storage;

namespace FewShotAD.Infrastructure.Backups;

/// <summary>A complete backup on a disk.</summary>
/// <param name="Folder">Its own, with the manifest.</param>
internal sealed record StoredBackup(string Folder, BackupManifest Manifest, FileBlobStore Blobs)
{
    public string PathOf(BackupFile file) => BackupFolder.PathOf(Folder, file.Name);

    /// <param name="folder">Of backups, for the newest of them, or of one.</param>
    public static async Task<Result<StoredBackup>> OpenAsync(string folder, TimeProvider time, CancellationToken ct)
    {
        if (BackupFolder.Find(Path.GetFullPath(folder)) is not { } found)
            return new NoBackup(folder);
        try
        {
            var manifest = BackupManifest.Read(await File.ReadAllTextAsync(Path.Combine(found, BackupManifest.FileName), ct));
            if (manifest.Files.FirstOrDefault(file => !IsBelow(found, file.Name)) is { } outside)
                return new BackupNotWhole($"its manifest names a file “{outside.Name}”, which no backup has");
            var blobs = BackupFolder.BlobsOf(found);
            if (!Directory.Exists(blobs))
                return new BackupNotWhole($"there is no folder {blobs}, which holds the blobs of all backups beside it; copy it along");
            return new StoredBackup(found, manifest, new FileBlobStore(blobs, new Spool(Path.Combine(blobs, "spool")), time));
        }
        catch (JsonException e)
        {
            return new BackupNotWhole($"{BackupManifest.FileName} is cut or changed ({e.Message})");
        }
    }

    /// <summary>What is wrong with the backup: every file and every blob is read and hashed. Nothing is written.</summary>
    public async IAsyncEnumerable<string> CheckAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var listIsWhole = true;
        foreach (var file in Manifest.Files)
        {
            var problem = !File.Exists(PathOf(file)) ? "is missing"
                : await BackupFolder.HashAsync(PathOf(file), ct) != file.Sha256 ? "is cut or changed"
                : null;
            if (problem is null)
                continue;
            listIsWhole &= file != Manifest.Blobs;
            yield return $"{file.Name} {problem}";
        }

        // What was changed is not read any further.
        if (!listIsWhole)
            yield break;
        var count = 0L;
        await foreach (var (key, bytes) in BlobList.ReadAsync(PathOf(Manifest.Blobs), ct))
        {
            count++;
            await using var content = await Blobs.OpenReadAsync(key.Tenant, key, ct);
            if (content is null)
                yield return $"blob {key} is missing";
            else if (content.Length != bytes || !await BlobCopy.IsWholeAsync(Blobs, key.Tenant, key, ct))
                yield return $"blob {key} is cut or changed";
        }

        if (count != Manifest.BlobCount)
            yield return $"{Manifest.Blobs.Name} lists {count} blobs of {Manifest.BlobCount}";
        foreach (var key in Manifest.Keys)
        {
            if (!File.Exists(PathOf(key)) || !KeyRing.IsKey(Path.GetFileNameWithoutExtension(key.Name), await File.ReadAllTextAsync(PathOf(key), ct)))
                yield return $"{key.Name} is no key";
        }
    }

    private static bool IsBelow(string folder, string name) =>
        Path.GetFullPath(BackupFolder.PathOf(folder, name)).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
