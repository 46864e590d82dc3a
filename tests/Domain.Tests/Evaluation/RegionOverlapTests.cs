using FewShotAD.Domain.Evaluation;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Evaluation;

public sealed class RegionOverlapTests
{
    private const int Side = 6;

    [Fact]
    public void Has_the_value_that_a_hand_finds()
    {
        // Regions: A = {0}, B = {2, 3} of a row of 8; good pixels: 5. From the highest score:
        // 9: A whole → (0, ½). 8: a good one → (0.2, ½). 7: half of B and two good ones → (0.6, ¾). The rest → (1, 1).
        double[] scores = [9, 8, 7, 1, 7, 7, 1, 1];
        bool[] defective = [true, false, true, true, false, false, false, false];
        Assert.Equal(0.2 * 0.5 / 0.2, RegionOverlap.Of(scores, defective, 1, 8, 0.2)!.Value, 12);
        Assert.Equal(((0.2 * 0.5) + (0.1 * (0.5 + 0.5625) / 2)) / 0.3, RegionOverlap.Of(scores, defective, 1, 8)!.Value, 12);
        Assert.Equal((0.2 * 0.5) + (0.4 * 0.625) + (0.4 * 0.875), RegionOverlap.Of(scores, defective, 1, 8, 1)!.Value, 12);
    }

    [Fact]
    public void Weighs_regions_not_pixels()
    {
        // The large region is found whole, the single pixel not at all.
        double[] scores = [5, 5, 5, 5, 2, 1, 2, 2];
        bool[] defective = [true, true, true, true, false, true, false, false];
        Assert.Equal(0.5 + (0.5 * 0 / 2), RegionOverlap.Of(scores, defective, 1, 8)!.Value, 12);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(-1, 0)]
    public void Is_1_for_perfect_maps_and_0_for_inverted_ones(int sign, double expected)
    {
        bool[] defective = [.. Enumerable.Range(0, Side * Side).Select(i => i % 7 == 0)];
        double[] scores = [.. defective.Select(d => d ? (double)sign : 0)];
        Assert.Equal(expected, RegionOverlap.Of(scores, defective, Side, Side)!.Value, 12);
    }

    [Fact]
    public void Constant_maps_lie_on_the_diagonal() =>
        Assert.Equal(0.15, RegionOverlap.Of(new double[8], [true, false, true, true, false, false, false, false], 1, 8)!.Value, 12);

    [Fact]
    public void Is_null_where_the_data_cannot_say()
    {
        Assert.Null(RegionOverlap.Of([1, 2], [false, false], 1, 2));
        Assert.Null(RegionOverlap.Of([1, 2], [true, true], 1, 2));
        Assert.Null(new RankingMetricsByPixel().Aupro());
        Assert.Throws<ArgumentException>(() => RegionOverlap.Of([1, double.NaN], [true, false], 1, 2));
        Assert.Throws<ArgumentException>(() => RegionOverlap.Of([1, 2, 3], [true, false, false], 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => RegionOverlap.Of([1, 2], [true, false], 1, 2, 0));
    }

    [Property(MaxTest = 300)]
    public void Equals_thresholding_at_every_score((sbyte Score, bool Defective)[] samples, byte limit)
    {
        var (scores, defective) = Maps(samples);
        var share = (1 + (limit % 100)) / 100.0;
        AssertSame(Slow(scores, defective, share), RegionOverlap.Of(scores, defective, Side, Side, share));
    }

    [Property(MaxTest = 300)]
    public void Counted_per_float16_and_image_by_image_equals_sorted((short Score, bool Defective)[] samples)
    {
        var (scores, defective) = Maps([.. samples.Select(s => ((double)(Half)(s.Score / 7f), s.Defective))]);
        var counted = Collect(scores, defective, Enumerable.Range(0, scores.Length / (Side * Side)));
        AssertSame(RegionOverlap.Of(scores, defective, Side, Side), counted.Aupro());
    }

    [Property(MaxTest = 300)]
    public void Does_not_depend_on_the_order_of_the_images((sbyte Score, bool Defective)[] samples)
    {
        var (scores, defective) = Maps(samples);
        var images = Enumerable.Range(0, scores.Length / (Side * Side)).ToArray();
        var (forward, backward) = (Collect(scores, defective, images), Collect(scores, defective, images.Reverse()));
        Assert.Equal(forward.Metrics(), backward.Metrics());
        AssertSame(forward.Aupro(), backward.Aupro());
    }

    [Property(MaxTest = 300)]
    public void Does_not_change_when_scores_keep_their_order((sbyte Score, bool Defective)[] samples)
    {
        var (scores, defective) = Maps(samples);
        AssertSame(
            RegionOverlap.Of(scores, defective, Side, Side),
            RegionOverlap.Of([.. scores.Select(score => Math.Atan(score / 10) - 3)], defective, Side, Side));
    }

    private static RankingMetricsByPixel Collect(double[] scores, bool[] defective, IEnumerable<int> images)
    {
        var counted = new RankingMetricsByPixel();
        foreach (var image in images)
        {
            var range = new Range(image * Side * Side, (image + 1) * Side * Side);
            counted.Add([.. scores[range].Select(score => (float)score)], defective[range], Side);
        }

        return counted;
    }

    /// <summary>Samples as maps of 6×6; missing ones repeat.</summary>
    private static (double[] Scores, bool[] Defective) Maps((sbyte Score, bool Defective)[] samples) =>
        Maps([.. samples.Select(s => ((double)s.Score, s.Defective))]);

    private static (double[] Scores, bool[] Defective) Maps((double Score, bool Defective)[] samples)
    {
        if (samples.Length == 0)
            return ([], []);
        var padded = Enumerable.Range(0, (samples.Length / (Side * Side) + 1) * Side * Side).Select(i => samples[i % samples.Length]).ToArray();
        return ([.. padded.Select(s => s.Score)], [.. padded.Select(s => s.Defective)]);
    }

    private static void AssertSame(double? expected, double? found)
    {
        Assert.Equal(expected is null, found is null);
        Assert.Equal(expected ?? 0, found ?? 0, 9);
    }

    /// <summary>By the definition: every threshold, every region, every pixel; then the area strip by strip.</summary>
    private static double? Slow(double[] scores, bool[] defective, double limit)
    {
        var regions = new List<int[]>();
        for (var from = 0; from < scores.Length; from += Side * Side)
        {
            var labels = MaskRegions.Of(defective.AsSpan(from, Side * Side), Side).Labels;
            regions.AddRange(Enumerable.Range(0, labels.Count).Where(i => labels[i] > 0).GroupBy(i => labels[i]).Select(g => g.Select(i => from + i).ToArray()));
        }

        var good = Enumerable.Range(0, scores.Length).Where(i => !defective[i]).ToArray();
        if (regions.Count == 0 || good.Length == 0)
            return null;
        var points = scores.Distinct().OrderDescending().Select(t => (
            Rate: good.Count(i => scores[i] >= t) / (double)good.Length,
            Overlap: regions.Average(region => region.Count(i => scores[i] >= t) / (double)region.Length))).Prepend((Rate: 0, Overlap: 0)).ToArray();
        var area = 0.0;
        foreach (var ((x0, y0), (x1, y1)) in points.Zip(points.Skip(1)))
        {
            var end = Math.Min(x1, limit);
            if (x0 < limit && x1 > x0)
                area += (end - x0) * (y0 + y0 + ((y1 - y0) * (end - x0) / (x1 - x0))) / 2;
        }

        return area / limit;
    }
}
