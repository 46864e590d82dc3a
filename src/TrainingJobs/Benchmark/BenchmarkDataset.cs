using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Data;

namespace FewShotAD.TrainingJobs.Benchmark;

/// <param name="Type">The folder below <c>test</c>.</param>
public sealed record TestImage(JobImage Image, string Type);

/// <summary>One part of a dataset.</summary>
/// <param name="Normal">Images of <c>train/good</c>, by name.</param>
public sealed record BenchmarkCategory(string Name, IReadOnlyList<JobImage> Normal, IReadOnlyList<TestImage> Test);

/// <summary>
/// A folder in the layout of MVTec AD: <c>category/train/good</c>, <c>category/test/{good, defects}</c>,
/// <c>category/ground_truth/defect/NNN_mask</c>; or one such category alone.
/// </summary>
/// <param name="Categories">By name.</param>
/// <param name="Hash">SHA-256 over name and size of every image and mask, in order.</param>
public sealed record BenchmarkDataset(string Name, IReadOnlyList<BenchmarkCategory> Categories, string Hash)
{
    /// <param name="warn">Told of every folder that is left out, and why.</param>
    public static Result<BenchmarkDataset> Find(string folder, Action<string> warn)
    {
        if (!Directory.Exists(folder))
            return new FolderMissing(folder);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var categories = new List<BenchmarkCategory>();
        string[] parts = Directory.Exists(Path.Combine(folder, "train")) ? [folder] : [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)];
        foreach (var part in parts)
        {
            if (Category(part, hash) is { } category)
                categories.Add(category);
            else
                warn($"The folder {Path.GetFileName(part)} is left out: a category has images in train/good.");
        }

        return categories.Count > 0
            ? new BenchmarkDataset(name, categories, Convert.ToHexStringLower(hash.GetHashAndReset()))
            : new NoCategory(folder);
    }

    /// <summary>K support shots of a category. The first ones of a longer draw are those of a shorter one.</summary>
    public static IReadOnlyList<JobImage> Draw(BenchmarkCategory category, int shots, int seed)
    {
        var order = category.Normal.ToArray();
        Tensors.Seeds.Generator(seed, Tensors.SeedPurpose.SupportSet).Shuffle(order);
        return order[..shots];
    }

    private static BenchmarkCategory? Category(string folder, IncrementalHash hash)
    {
        var listed = ImageFolder.List(folder, recursive: true);
        if (!listed.Succeeded)
            return null;
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        // The path in the category decides, not the folders above it.
        var files = listed.Value.Select(file => (File: file, Path: DatasetPath.Parse(file.Id))).Where(file => Depth(file.File) == 3).ToArray();
        var masks = files.Where(file => file.Path.IsMask).ToDictionary(file => file.Path.MaskOf!, file => file.File.Path);
        var normal = files.Where(file => file.Path.Split == ImageSplit.Support).Select(file => Named(file.File)).ToArray();
        var test = files.Where(file => file.Path.Split == ImageSplit.Test).Select(file => Test(file.File, file.Path)).ToArray();
        if (normal.Length == 0)
            return null;
        foreach (var (file, _) in files)
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}/{file.Id}\t{new FileInfo(file.Path).Length}\n")));
        return new BenchmarkCategory(name, normal, test);

        TestImage Test(JobImage file, DatasetPath path)
        {
            var defective = path.Label == ImageLabel.Defective;
            var stem = path.Name[..^Path.GetExtension(path.Name).Length];
            return new TestImage(
                Named(file) with { Defective = defective, MaskPath = defective ? masks.GetValueOrDefault(stem) : null },
                path.DefectType ?? "good");
        }

        JobImage Named(JobImage file) => file with { Id = $"{name}/{file.Id}" };
    }

    private static int Depth(JobImage file) => file.Id.Count(c => c == '/') + 1;
}

public sealed record NoCategory(string Folder) : Error(
    ErrorKind.Invalid, "benchmark.data",
    $"The folder {Folder} holds no category: it needs folders with train/good, test/good and test/DEFECT, as MVTec AD has them.");
