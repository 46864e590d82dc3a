using System.Text.Json;
using FewShotAD.Domain.Evaluation;
using FewShotAD.TestKit;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Evaluation;

public sealed class RankingMetricsTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("many_ties")]
    [InlineData("all_equal")]
    [InlineData("perfect")]
    [InlineData("inverted")]
    [InlineData("rare")]
    public void Equal_the_reference(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Golden("image_metrics.json")));
        var expected = json.RootElement.GetProperty(name);
        var scores = expected.GetProperty("scores").EnumerateArray().Select(score => score.GetDouble()).ToArray();
        var labels = expected.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32() == 1).ToArray();

        var metrics = RankingMetrics.Of(scores, labels);

        Assert.Equal(expected.GetProperty("auroc").GetDouble(), metrics.Auroc!.Value, 1e-9);
        Assert.Equal(expected.GetProperty("average_precision").GetDouble(), metrics.AveragePrecision!.Value, 1e-9);
        Assert.Equal(expected.GetProperty("f1_max").GetDouble(), metrics.F1Max!.Value, 1e-9);
        Assert.Equal(expected.GetProperty("f1_max_threshold").GetDouble(), metrics.F1Threshold!.Value, 1e-6);
    }

    [Fact]
    public void Have_the_values_that_a_hand_finds()
    {
        // Sorted: 0.9+ 0.8− 0.8+ 0.1−. Pairs: (0.9 beats both) 2, (0.8 ties one, beats one) 1.5 → 3.5 of 4.
        var metrics = RankingMetrics.Of([0.9, 0.8, 0.8, 0.1], [true, false, true, false]);
        Assert.Equal(3.5 / 4, metrics.Auroc);
        Assert.Equal((0.5 * 1) + (0.5 * 2 / 3), metrics.AveragePrecision!.Value, 12);
        Assert.Equal(0.8, metrics.F1Max);
        Assert.Equal(0.8, metrics.F1Threshold);
    }

    [Fact]
    public void Are_null_where_one_class_is_missing()
    {
        Assert.Null(RankingMetrics.Of([1, 2], [false, false]).Auroc);
        Assert.Null(RankingMetrics.Of([1, 2], [true, true]).Auroc);
        Assert.Null(RankingMetrics.Of([], []).AveragePrecision);
        Assert.Throws<ArgumentException>(() => RankingMetrics.Of([double.NaN], [true]));
    }

    [Property]
    public void Auroc_equals_counting_all_pairs((sbyte Score, bool Positive)[] samples)
    {
        var metrics = RankingMetrics.Of([.. samples.Select(s => (double)s.Score)], [.. samples.Select(s => s.Positive)]);
        double wins = 0, pairs = 0;
        foreach (var positive in samples.Where(s => s.Positive))
        {
            foreach (var negative in samples.Where(s => !s.Positive))
            {
                pairs++;
                wins += positive.Score > negative.Score ? 1 : positive.Score == negative.Score ? 0.5 : 0;
            }
        }

        if (pairs == 0)
            Assert.Null(metrics.Auroc);
        else
            Assert.Equal(wins / pairs, metrics.Auroc!.Value, 12);
    }

    [Property]
    public void Pixels_counted_per_float16_equal_pixels_sorted((short Score, bool Positive)[] samples)
    {
        var map = samples.Select(s => s.Score / 7f).ToArray();
        var labels = samples.Select(s => s.Positive).ToArray();
        var counted = new RankingMetricsByPixel();
        counted.Add(map, labels, Math.Max(1, map.Length));
        Assert.Equal(RankingMetrics.Of([.. map.Select(value => (double)(Half)value)], labels), counted.Metrics());
    }
}
