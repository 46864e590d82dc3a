using System.Security.Cryptography;
using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Data;

/// <summary>What a run learns from, read into memory at S×S.</summary>
/// <param name="DataHash">SHA-256 over the support image files, in order.</param>
/// <param name="Fingerprint">SHA-256 over recipe, support and categories: runs with the same one do the same.</param>
/// <param name="Ignored">Of each shot the pixels that calibration leaves out, S×S, or null; null when no shot has any. The features under
/// them are learned from all the same: what is ignored is part of a good part too.</param>
public sealed record TrainingData(
    IReadOnlyList<PixelImage> Shots, IReadOnlyList<IReadOnlyList<PixelImage>> Categories, string DataHash, string Fingerprint,
    IReadOnlyList<bool[]?>? Ignored = null)
{
    /// <summary>Of one category. More would cost memory, and a quick schedule could not visit them.</summary>
    public const int MaxImagesPerCategory = 200;

    /// <param name="warn">Told of every image of a category that is left out. An unreadable support shot fails the whole.</param>
    public static Result<TrainingData> Read(JobManifest manifest, Action<string> warn, CancellationToken ct)
    {
        var recipe = manifest.Recipe;
        if (manifest.Support.Count != recipe.Shots)
            return new WrongShotCount(recipe.Shots, manifest.Support.Count);
        using var files = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var everything = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        everything.AppendData(Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(recipe, WorkerProtocol.Json)));
        var shots = new List<PixelImage>();
        var ignored = new List<bool[]?>();
        foreach (var image in manifest.Support)
        {
            ct.ThrowIfCancellationRequested();
            var read = ImageReader.Read(image.Path, recipe.ImageSize, ct);
            if (!read.Succeeded)
                return new ShotUnreadable(image.Id, read.Error.Message);
            shots.Add(read.Value);
            files.AppendData(SHA256.HashData(File.ReadAllBytes(image.Path)));
            everything.AppendData(read.Value.Pixels);
            ignored.Add(ImageReader.ReadIgnored(image, recipe.ImageSize, warn, ct));
            // The line depends on it; without a region nothing is added, and older work is still known.
            if (ignored[^1] is not null)
                everything.AppendData(Encoding.UTF8.GetBytes(image.Ignore!.Mark));
        }

        var categories = ReadCategories(manifest, warn, everything, ct);
        return new TrainingData(
            shots, categories, Convert.ToHexStringLower(files.GetHashAndReset()), Convert.ToHexStringLower(everything.GetHashAndReset()),
            ignored.Exists(mask => mask is not null) ? ignored : null);
    }

    private static List<IReadOnlyList<PixelImage>> ReadCategories(
        JobManifest manifest, Action<string> warn, IncrementalHash hash, CancellationToken ct)
    {
        var categories = new List<IReadOnlyList<PixelImage>>();
        foreach (var category in manifest.TrainingCategories)
        {
            var images = new List<PixelImage>();
            foreach (var image in Evenly(category.Images))
            {
                ct.ThrowIfCancellationRequested();
                var read = ImageReader.Read(image.Path, manifest.Recipe.ImageSize, ct);
                if (read.Succeeded)
                    images.Add(read.Value);
                else
                    warn($"{category.Name}: {image.Id} is left out of training. {read.Error.Message}");
            }

            if (images.Count < 2)
            {
                warn($"{category.Name} is left out of training: a query and a support need at least two images.");
                continue;
            }

            hash.AppendData(Encoding.UTF8.GetBytes(category.Name));
            foreach (var image in images)
                hash.AppendData(image.Pixels);
            categories.Add(images);
        }

        return categories;
    }

    internal static IEnumerable<JobImage> Evenly(IReadOnlyList<JobImage> images)
    {
        var count = Math.Min(images.Count, MaxImagesPerCategory);
        return Enumerable.Range(0, count).Select(i => images[(int)((long)i * images.Count / count)]);
    }
}

public sealed record WrongShotCount(int Wanted, int Found)
    : Error(ErrorKind.Invalid, "support.count", $"The recipe asks for {Wanted} support shots, but there are {Found}.");

public sealed record ShotUnreadable(string Shot, string Why)
    : Error(ErrorKind.Invalid, "support.unreadable", $"The support shot {Shot} cannot be used: {Why} Choose another shot.");
