using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Evaluation;

public sealed class ScoreReductionTests
{
    private const int Side = 20;

    [Property]
    public void A_region_that_is_empty_changes_no_bit(int seed, bool uniad)
    {
        var (map, window) = (Map(seed), Window(uniad));
        var full = MapScore.Of(map, Side, window);
        Assert.Equal(full, ScoreReduction.Of(map, Side, window, null));
        Assert.Equal(full, ScoreReduction.Of(map, Side, window, new bool[map.Length]));
        Assert.Same(map, ScoreReduction.Without(map, new bool[map.Length]));
    }

    [Property]
    public void A_region_never_raises_the_score_and_one_over_all_gives_none(int seed, bool uniad)
    {
        var (map, window, random) = (Map(seed), Window(uniad), new Random(seed));
        var before = (float[])map.Clone();
        var full = ScoreReduction.Of(map, Side, window, null);
        var region = Enumerable.Range(0, map.Length).Select(_ => random.Next(4) == 0).ToArray();
        region[Array.IndexOf(map, map.Max())] = true;
        var left = ScoreReduction.Of(map, Side, window, region);
        Assert.True(left <= full);
        if (window == 1)
            Assert.Equal(map.Where((_, i) => !region[i]).Max(), left);
        Assert.Equal(0, ScoreReduction.Of(map, Side, window, [.. Enumerable.Repeat(true, map.Length)]));
        Assert.Equal(before, map);
    }

    [Fact]
    public void A_window_larger_than_the_map_is_the_map() => Assert.Equal(2.5, ScoreReduction.Of([1, 2, 3, 4], 2, 16, null));

    [Fact]
    public void Ignored_pixels_count_in_no_metric_of_pixels()
    {
        var (whole, left) = (new RankingMetricsByPixel(), new RankingMetricsByPixel());
        whole.Add([0.1f, 0.9f, 0.2f, 0.8f], [false, true, false, true], 4);
        // A hot good pixel and half of a defect more, both ignored.
        left.Add([0.1f, 0.9f, 0.2f, 0.8f, 0.99f, 0.05f], [false, true, false, true, false, true], 6, [false, false, false, false, true, true]);
        Assert.Equal(whole.Metrics(), left.Metrics());
        Assert.Equal((whole.MaskedImages, whole.Aupro()), (left.MaskedImages, left.Aupro()));
    }

    private static int Window(bool uniad) => ScoreReduction.WindowOf(uniad ? DetectionMethod.UniAd : DetectionMethod.RegAd);

    /// <summary>Float16 values, none below zero, as stored maps have them.</summary>
    private static float[] Map(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Side * Side).Select(_ => (float)(Half)(random.NextDouble() * 9))];
    }
}
