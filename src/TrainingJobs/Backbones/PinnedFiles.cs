using System.Security.Cryptography;
using FewShotAD.Domain.Common;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>Weight files whose content is fixed in this program: each is read once, checked, and used from the same bytes.</summary>
public sealed class PinnedFiles(string backbone, IReadOnlyDictionary<string, string> sha256)
{
    /// <param name="folder">The folder that holds one folder per backbone.</param>
    public Result<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> Read(string folder)
    {
        var contents = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var (name, expected) in sha256)
        {
            var path = Path.Combine(folder, backbone, name);
            byte[] bytes;
            try
            {
                bytes = File.ReadAllBytes(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Result<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>>.Fail(new BackboneFileMissing(backbone, path));
            }

            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != expected)
                return Result<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>>.Fail(new BackboneFileChanged(backbone, path));
            contents[name] = bytes;
        }

        return contents;
    }
}

public sealed record BackboneFileMissing(string Backbone, string Path) : Error(
    ErrorKind.Unavailable, "backbone.missing", $"The weights of {Backbone} are not there: {Path} cannot be read. {BackboneCatalog.Remedy}");

public sealed record BackboneFileChanged(string Backbone, string Path) : Error(
    ErrorKind.Unavailable, "backbone.changed",
    $"The weights of {Backbone} were changed: {Path} does not have the SHA-256 that this program expects, so it is not used. {BackboneCatalog.Remedy}");
