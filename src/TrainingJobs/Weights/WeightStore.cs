using System.Security.Cryptography;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Weights;

/// <summary>
/// Backbones' files: from the first of <paramref name="folders"/> that has them, otherwise downloaded into the cache. Published
/// files are used only with the hash that this program knows; a file of the user's own under another name is taken at their word.
/// </summary>
/// <param name="say">Gets a sentence for the log: which file was used, how far a download is.</param>
public sealed class WeightStore(BackboneFolders folders, WeightDownload download, Action<string> say)
{
    /// <summary>The store of this program. Nothing is fetched before something is missing.</summary>
    /// <param name="given">A folder to look into first, or null.</param>
    public static WeightStore Of(string? given, Action<string> say) =>
        new(BackboneFolders.Of(given, AppContext.BaseDirectory), new WeightDownload(), say);

    public Result<WeightSet> Find(BackboneChoice backbone, CancellationToken ct)
    {
        var local = folders.Find(backbone);
        if (!local.Succeeded)
            return Result<WeightSet>.Fail(local.Error);
        if (local.Value is { } here)
            return Read(backbone, here, ct);
        if (!backbone.TakesOwnFiles)
            return new BundledWeightsMissing(backbone, folders);
        if (folders.CacheOf(backbone) is not { } cache)
            return new WeightsMissing(backbone, folders, "this account has no folder that they could be downloaded into");
        foreach (var file in backbone.Files)
        {
            // A job is synchronous, because libtorch's scopes belong to a thread; there is no context here that could lock up.
            var fetched = Task.Run(() => download.FetchAsync(file, Path.Combine(cache, file.Name), say, ct), ct).GetAwaiter().GetResult();
            if (!fetched.Succeeded)
                return new WeightsMissing(backbone, folders, fetched.Error.Message);
        }

        return Read(backbone, new LocalWeights([.. backbone.Files.Select(file => Path.Combine(cache, file.Name))], Published: true), ct);
    }

    private Result<WeightSet> Read(BackboneChoice backbone, LocalWeights local, CancellationToken ct)
    {
        var contents = new List<ReadOnlyMemory<byte>>();
        foreach (var (path, index) in local.Paths.Select((path, index) => (path, index)))
        {
            ct.ThrowIfCancellationRequested();
            byte[] bytes;
            try
            {
                if (new FileInfo(path).Length > PytorchFile.MaxFileBytes)
                    return new WeightsRefused(path, $"it is larger than {PytorchFile.MaxFileBytes >> 20} MB");
                bytes = File.ReadAllBytes(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new WeightsUnreadable(path, e.Message);
            }

            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            if (local.Published && !hash.StartsWith(backbone.Files[index].Sha256, StringComparison.Ordinal))
                return new WeightsChanged(backbone, path, hash);
            if (!local.Published)
                say($"{backbone.Title} takes its weights from {path}, SHA-256 {hash}. It is not the published file.");
            contents.Add(bytes);
        }

        return new WeightSet(local.Paths, contents);
    }
}

public sealed record WeightsMissing(BackboneChoice Backbone, BackboneFolders Folders, string Why) : Error(
    ErrorKind.Unavailable, "backbone.missing",
    $"The weights of {Backbone.Title} are not on this machine and could not be fetched: {Why}. "
    + $"Get {string.Join(" and ", Backbone.Files.Select(file => $"{file.Name} from {file.Address}"))} where that address can be reached, "
    + $"and put it into one of these folders: {string.Join(", ", Folders.For(Backbone))}.");

public sealed record BundledWeightsMissing(BackboneChoice Backbone, BackboneFolders Folders) : Error(
    ErrorKind.Unavailable, "backbone.missing",
    $"The weights of {Backbone.Title} are missing: {string.Join(", ", Backbone.Files.Select(file => file.Name))} do not lie together in any of "
    + $"{string.Join(", ", Folders.For(Backbone))}. {Remedy}")
{
    public const string Remedy = "Run 'node build/npm/restore-assets.mjs .npm-assets' in the source folder and build again.";
}

public sealed record WeightsChanged(BackboneChoice Backbone, string Path, string Hash) : Error(
    ErrorKind.Unavailable, "backbone.changed",
    $"The weights of {Backbone.Title} are not the published ones: {Path} has the SHA-256 {Hash}, so it is not used. "
    + (Backbone.TakesOwnFiles
        ? "Remove it to have it fetched again; if it is a file of your own, give it another name."
        : BundledWeightsMissing.Remedy));
