using FewShotAD.Domain.Evaluation;

namespace FewShotAD.Domain.Tests.Evaluation;

public sealed class AurocDifferenceTests
{
    private static readonly bool[] Labels = [false, false, false, true, true];

    /// <summary>
    /// By hand. First: positives 2 and 4 over negatives 1, 2, 3: placements (1 + ½)/3 = ½ and 1, AUROC ¾; of the negatives 1, ¾, ½.
    /// Second: positives 5 and 6 over 1, 2, 3: all 1. Differences: positives ½ and 0 (mean ¼, variance ⅛), negatives 0, ¼, ½ (variance 1/16).
    /// Variance of the difference: ⅛/2 + (1/16)/3 = 1/12.
    /// </summary>
    [Fact]
    public void A_small_case_is_as_reckoned_by_hand()
    {
        var difference = AurocDifference.Of([1, 2, 3, 2, 4], [1, 2, 3, 5, 6], Labels)!;
        Assert.Equal(0.25, difference.Value, 12);
        var reach = 1.959963984540054 * Math.Sqrt(1.0 / 12);
        Assert.Equal(0.25 - reach, difference.Interval!.Low, 12);
        Assert.Equal(0.25 + reach, difference.Interval.High, 12);
    }

    [Fact]
    public void Equal_models_differ_by_nothing_and_certainly()
    {
        var same = AurocDifference.Of([1, 2, 3, 2, 4], [1, 2, 3, 2, 4], Labels)!;
        Assert.Equal((0, 0, 0), (same.Value, same.Interval!.Low, same.Interval.High));
    }

    [Fact]
    public void Without_two_classes_there_is_no_difference_and_without_two_of_each_no_interval()
    {
        Assert.Null(AurocDifference.Of([1, 2], [2, 1], [true, true]));
        Assert.Null(AurocDifference.Of([], [], []));
        var one = AurocDifference.Of([1, 2, 0], [1, 0, 2], [false, false, true])!;
        Assert.Equal(1, one.Value);
        Assert.Null(one.Interval);
    }

    [Fact]
    public void The_difference_is_that_of_the_AUROCs_and_its_interval_covers_as_it_says()
    {
        var random = new Random(7);
        double Draw(double mean) => mean + Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        const int sets = 400;
        var covered = 0;
        for (var set = 0; set < sets; set++)
        {
            // Both see the part with one error in common and one of their own; the two are as good, so the true difference is 0.
            var labels = Enumerable.Range(0, 60).Select(i => i % 3 == 0).ToArray();
            var (a, b) = (new double[60], new double[60]);
            for (var i = 0; i < 60; i++)
            {
                var common = Draw(labels[i] ? 1.5 : 0);
                (a[i], b[i]) = (common + Draw(0), common + Draw(0));
            }

            var difference = AurocDifference.Of(a, b, labels)!;
            Assert.Equal(RankingMetrics.Of(b, labels).Auroc!.Value - RankingMetrics.Of(a, labels).Auroc!.Value, difference.Value, 12);
            if (difference.Interval!.Low <= 0 && difference.Interval.High >= 0)
                covered++;
        }

        // 95 % of 400 is 380 with a deviation of 4.4; four of them either way.
        Assert.InRange(covered, 362, 398);
    }
}
