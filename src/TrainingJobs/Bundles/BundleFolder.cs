using System.IO.Compression;
using System.Security.Cryptography;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models.Portable;

namespace FewShotAD.TrainingJobs.Bundles;

/// <summary>A downloaded bundle, unpacked into a folder of its own: only what its manifest names, under names of ours, held to size and hash.</summary>
internal sealed class BundleFolder
{
    private readonly Dictionary<string, string> files;

    private BundleFolder(PortableModel manifest, Dictionary<string, string> files) => (Manifest, this.files) = (manifest, files);

    public PortableModel Manifest { get; }

    /// <summary>Where a file of the bundle lies.</summary>
    public string this[string path] => files[path];

    public static async Task<Result<BundleFolder>> UnpackAsync(string bundle, string folder, CancellationToken ct)
    {
        try
        {
            await using var file = new FileStream(bundle, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (!await PortableFile.IsSealedAsync(file, ct))
                return new BundleNotWhole();
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            using var text = new MemoryStream();
            if (!await TakeAsync(zip, PortableFile.Manifest, text, PortableModel.MaxBytes, ct))
                return new BundleManifestInvalid("it is missing, damaged or too large");
            var manifest = PortableModel.Parse(text.ToArray());
            if (!manifest.Succeeded)
                return manifest.Error;
            Directory.CreateDirectory(folder);
            var files = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var entry in manifest.Value.Entries)
            {
                // A number for a name: what a path of the zip would lead to does not matter.
                var path = Path.Combine(folder, $"{files.Count}");
                await using var target = new FileStream(path, FileMode.Create, FileAccess.ReadWrite);
                if (!await TakeAsync(zip, entry.Path, target, entry.Bytes, ct))
                    return new BundleManifestInvalid($"“{entry.Path}” is not in the bundle as it says");
                target.Position = 0;
                if (target.Length != entry.Bytes || Convert.ToHexStringLower(await SHA256.HashDataAsync(target, ct)) != entry.Sha256)
                    return new BundleManifestInvalid($"“{entry.Path}” is not in the bundle as it says");
                files[entry.Path] = path;
            }

            return new BundleFolder(manifest.Value, files);
        }
        catch (InvalidDataException)
        {
            return new BundleNotWhole();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new BundleUnreadable(bundle);
        }
    }

    /// <returns>False where there is none, or more comes out than may.</returns>
    private static async Task<bool> TakeAsync(ZipArchive zip, string path, Stream target, long most, CancellationToken ct)
    {
        if (zip.GetEntry(path) is not { } entry)
            return false;
        await using var source = await entry.OpenAsync(ct);
        var buffer = new byte[81_920];
        var (bytes, read) = (0L, 0);
        while ((read = await source.ReadAsync(buffer, ct)) > 0)
        {
            if ((bytes += read) > most)
                return false;
            await target.WriteAsync(buffer.AsMemory(0, read), ct);
        }

        return true;
    }
}
