using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Training;

/// <summary>The images a run works with, in order. Ids only: blobs are content-addressed and images of a waiting run are kept.</summary>
public sealed record DataSnapshot(
    IReadOnlyList<ImageId> Support, IReadOnlyList<SnapshotCategory> TrainingCategories, IReadOnlyList<ImageId> Test)
{
    public bool Contains(ImageId image) =>
        Support.Contains(image) || Test.Contains(image) || TrainingCategories.Any(category => category.Images.Contains(image));
}

/// <summary>Normal images of another project of the same tenant, from which RegAD learns to register.</summary>
public sealed record SnapshotCategory(ProjectId Project, string Name, IReadOnlyList<ImageId> Images);
