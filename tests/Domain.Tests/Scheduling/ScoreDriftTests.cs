using FewShotAD.Domain.Scheduling;
using FsCheck;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Scheduling;

/// <summary>PSI and KS by hand, against a slow reference, and by what must always hold.</summary>
public sealed class ScoreDriftTests
{
    [Fact]
    public void By_hand()
    {
        // Ten bins of one reference score each; all ten current scores fall into the last.
        double[] reference = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        double[] current = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19];
        // Shares with a half added to each count of ten and five halves' tens: r = 1.5/15; c = 0.5/15, last 10.5/15.
        var expected = (9 * ((0.5 - 1.5) / 15) * Math.Log(0.5 / 1.5)) + ((10.5 - 1.5) / 15 * Math.Log(10.5 / 1.5));
        Assert.Equal(expected, ScoreDrift.Psi(reference, current), 1e-12);
        Assert.Equal(0.9, ScoreDrift.KolmogorovSmirnov(reference, current), 1e-12);
        Assert.Equal(1, ScoreDrift.KolmogorovSmirnov([1, 2], [3, 4]), 1e-12);
        // F steps to 1/2, 1/2, 1; G to 0, 1/3, 1: the distance is largest at 1.
        Assert.Equal(0.5, ScoreDrift.KolmogorovSmirnov([1, 3], [2, 3, 3]), 1e-12);
    }

    [Property]
    public void The_same_scores_do_not_differ(NonEmptyArray<int> scores)
    {
        double[] all = [.. scores.Get.Select(s => s / 8.0)];
        Assert.Equal(new DriftFigures(0, 0), ScoreDrift.Of(all, all));
    }

    [Property]
    public void Order_says_nothing(NonEmptyArray<int> reference, NonEmptyArray<int> current, int seed)
    {
        double[] r = [.. reference.Get.Select(s => (double)s)], c = [.. current.Get.Select(s => (double)s)];
        var before = ScoreDrift.Of(r, c);
        new Random(seed).Shuffle(r);
        new Random(seed).Shuffle(c);
        Assert.Equal(before, ScoreDrift.Of(r, c));
    }

    [Property]
    public void Stretching_the_scale_says_nothing(NonEmptyArray<int> reference, NonEmptyArray<int> current)
    {
        double[] r = [.. reference.Get.Select(s => (double)s)], c = [.. current.Get.Select(s => (double)s)];
        Assert.Equal(ScoreDrift.Of(r, c), ScoreDrift.Of([.. r.Select(s => (3 * s) + 1)], [.. c.Select(s => (3 * s) + 1)]));
    }

    [Property]
    public void Ks_is_the_largest_distance_at_any_score_and_the_same_both_ways(NonEmptyArray<int> reference, NonEmptyArray<int> current)
    {
        double[] r = [.. reference.Get.Select(s => (double)(s % 7))], c = [.. current.Get.Select(s => (double)(s % 7))];
        var slow = r.Concat(c).Max(x => Math.Abs(r.Count(s => s <= x) / (double)r.Length - (c.Count(s => s <= x) / (double)c.Length)));
        Assert.Equal(slow, ScoreDrift.KolmogorovSmirnov(r, c), 1e-12);
        Assert.Equal(slow, ScoreDrift.KolmogorovSmirnov(c, r), 1e-12);
        Assert.True(ScoreDrift.Psi(r, c) >= 0);
    }
}
