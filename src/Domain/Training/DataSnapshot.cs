using System.Security.Cryptography;
using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Training;

/// <summary>The images a run works with, in order. Ids only: blobs are content-addressed and images of a waiting run are kept.</summary>
public sealed record DataSnapshot(
    IReadOnlyList<ImageId> Support, IReadOnlyList<SnapshotCategory> TrainingCategories, IReadOnlyList<ImageId> Test)
{
    public bool Contains(ImageId image) =>
        Support.Contains(image) || Test.Contains(image) || TrainingCategories.Any(category => category.Images.Contains(image));

    /// <summary>How many images it names, and its fingerprint.</summary>
    public SnapshotFigures Figures() =>
        new(Support.Count, TrainingCategories.Count, TrainingCategories.Sum(category => category.Images.Count), Test.Count, Hash());

    /// <summary>SHA-256 over all that it names, in order: the content behind an image's id never changes, so the same hash is the same data.</summary>
    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, Support);
        foreach (var category in TrainingCategories)
        {
            hash.AppendData(category.Project.Value.ToByteArray());
            Add(hash, category.Images);
        }

        Add(hash, Test);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>With its length before it: an image that moves from one list to the next changes the hash.</summary>
    private static void Add(IncrementalHash hash, IReadOnlyList<ImageId> images)
    {
        hash.AppendData(BitConverter.GetBytes(images.Count));
        foreach (var image in images)
            hash.AppendData(image.Value.ToByteArray());
    }
}

/// <param name="Support">Normal shots that the model knows.</param>
/// <param name="Categories">Other parts that it learned from, with <paramref name="CategoryImages"/> images in all.</param>
/// <param name="Test">Images that its run was to score.</param>
/// <param name="Hash">SHA-256 of the snapshot.</param>
public sealed record SnapshotFigures(int Support, int Categories, int CategoryImages, int Test, string Hash);

/// <summary>Normal images of another project of the same tenant, from which RegAD learns to register.</summary>
public sealed record SnapshotCategory(ProjectId Project, string Name, IReadOnlyList<ImageId> Images);
