using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Tests.Training;

public sealed class DataSnapshotTests
{
    private static readonly ImageId[] Images = [.. Enumerable.Range(1, 6).Select(n => new ImageId(new Guid(n, 0, 0, new byte[8])))];

    [Fact]
    public void Its_figures_count_what_it_names()
    {
        var snapshot = new DataSnapshot(Images[..2], [new SnapshotCategory(new ProjectId(Guid.NewGuid()), "Cover", Images[2..5])], Images[5..]);
        var figures = snapshot.Figures();
        Assert.Equal((2, 1, 3, 1, 64), (figures.Support, figures.Categories, figures.CategoryImages, figures.Test, figures.Hash.Length));
        Assert.Equal(figures, snapshot.Figures());
    }

    /// <summary>Another image, another order, another list: each is other data.</summary>
    [Fact]
    public void Another_snapshot_has_another_hash()
    {
        var part = new ProjectId(Guid.NewGuid());
        DataSnapshot[] snapshots =
        [
            new(Images[..2], [], Images[2..4]), new(Images[..3], [], Images[3..4]), new([Images[1], Images[0]], [], Images[2..4]), new(Images[..2], [], Images[2..5]),
            new(Images[..2], [new SnapshotCategory(part, "Cover", Images[2..4])], []), new(Images[..2], [new SnapshotCategory(new ProjectId(Guid.NewGuid()), "Cover", Images[2..4])], []),
        ];
        Assert.Equal(snapshots.Length, snapshots.Select(s => s.Figures().Hash).Distinct().Count());
    }
}
