using FewShotAD.TrainingJobs.Benchmark;
using FewShotAD.TrainingJobs.Benchmark.Report;
using FsCheck.Xunit;
using static FewShotAD.TrainingJobs.Tests.Benchmark.BenchmarkRows;

namespace FewShotAD.TrainingJobs.Tests.Benchmark;

public sealed class BenchmarkStatisticsPropertyTests
{
    private static readonly BenchmarkArm[] Arms = [BenchmarkArm.Plain, BenchmarkArm.Adversarial];

    [Property(MaxTest = 30)]
    public void The_order_of_the_rows_changes_nothing((byte Category, byte Seed, bool Adversarial, byte Auroc)[] cells, int order)
    {
        var rows = Rows(cells);
        var (expected, mixed) = (BenchmarkStatistics.Of(rows), BenchmarkStatistics.Of(Mixed(rows, order)));
        Assert.Equal(expected.Summaries, mixed.Summaries);
        Assert.Equal(expected.Differences, mixed.Differences);
    }

    [Property(MaxTest = 30)]
    public void Swapped_arms_turn_the_sign_of_the_difference((byte Category, byte Seed, bool Adversarial, byte Auroc)[] cells)
    {
        var rows = Rows(cells);
        var swapped = BenchmarkStatistics.Of([.. rows.Select(row => row with { Cell = row.Cell with { Arm = Arms[row.Cell.Arm == Arms[0] ? 1 : 0] } })]);
        foreach (var (one, other) in BenchmarkStatistics.Of(rows).Differences.Zip(swapped.Differences))
        {
            Assert.Equal((one.Category, one.Pairs, one.Units), (other.Category, other.Pairs, other.Units));
            Assert.Equal(one.Mean, -other.Mean, 12);
            Mirrored(one.Student, other.Student);
            Mirrored(one.Bootstrap, other.Bootstrap);
        }
    }

    [Property(MaxTest = 30)]
    public void Intervals_hold_their_mean_and_are_missing_only_where_nothing_varies((byte Category, byte Seed, bool Adversarial, byte Auroc)[] cells)
    {
        foreach (var difference in BenchmarkStatistics.Of(Rows(cells)).Differences)
        {
            Assert.Equal(difference.Units >= 2, difference.Student is not null);
            Assert.Equal(difference.Units >= 2 && difference.Category is null, difference.Bootstrap is not null);
            if (difference.Student is { } student)
                Assert.InRange(difference.Mean, student.Low, student.High);
            if (difference.Finding != DifferenceFinding.NotShown)
                Assert.True(difference.Student!.Low * difference.Student.High > 0);
        }
    }

    private static void Mirrored(Interval? one, Interval? other)
    {
        Assert.Equal(one is null, other is null);
        if (one is null || other is null)
            return;
        Assert.Equal(one.Low, -other.High, 9);
        Assert.Equal(one.High, -other.Low, 9);
    }

    private static BenchmarkRow[] Rows((byte Category, byte Seed, bool Adversarial, byte Auroc)[] cells) =>
    [
        .. cells.Select(cell => Row(cell.Auroc / 255.0, Arms[cell.Adversarial ? 1 : 0], $"c{cell.Category % 3}", cell.Seed % 3))
            .DistinctBy(row => row.Cell),
    ];

    private static BenchmarkRow[] Mixed(BenchmarkRow[] rows, int order)
    {
        var mixed = rows.ToArray();
        new Random(order).Shuffle(mixed);
        return mixed;
    }
}
