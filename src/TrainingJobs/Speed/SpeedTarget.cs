using FewShotAD.TrainingJobs.Backbones;

namespace FewShotAD.TrainingJobs.Speed;

/// <summary>What a figure should reach.</summary>
/// <param name="AtMost">True where small is good, false where large is.</param>
public sealed record SpeedTarget(string Name, string Backbone, string What, double Value, double Limit, bool AtMost, string Unit)
{
    public bool Reached => AtMost ? Value <= Limit : Value >= Limit;
}

/// <summary>The targets that a run's figures can be held against. They are stated for side 224, 4 shots and 2 threads.</summary>
public static class SpeedTargets
{
    private const double AddedShare = 0.5;
    private const double FitForwards = 40;
    private const double FitGigabytes = 1.5;
    private const double TimesFaster = 30;

    public static IReadOnlyList<SpeedTarget> Of(IEnumerable<BackboneSpeed> backbones) => [.. backbones.SelectMany(Of)];

    private static IEnumerable<SpeedTarget> Of(BackboneSpeed speed)
    {
        var name = speed.Name;
        if (speed.Find(SpeedNames.AfterBackbone) is { } after && speed.Find(SpeedNames.Score) is { } score)
        {
            // The parts alone miss what a warp between two stages costs the backbone; the whole less the backbone does not. The larger counts.
            var value = Math.Max(speed.Ratio(after), speed.Ratio(score) - 1);
            yield return new("score.added", name, "RegAD scoring adds to the backbone's forward", value, AddedShare, true, "ratio");
        }

        if (speed.Find(SpeedNames.FitStatistics) is { } fit)
        {
            yield return new("fit.time", name, "Fitting the Gaussians, in backbone forwards", speed.Ratio(fit), FitForwards, true, "forwards");
            // The features are still held while the Gaussians are fitted: the sum bounds both.
            if (fit.PeakBytes + speed.Find(SpeedNames.FitFeatures)?.PeakBytes is { } peak)
                yield return new("fit.memory", name, "Features and Gaussians, peak memory", peak / 1e9, FitGigabytes, true, "GB");
        }

        // Stated for the 448 channels of ResNet-18: the official way costs their cube.
        if (name == ResNet18.Key && speed.Find(SpeedNames.FastTest) is { } fast && speed.Find(SpeedNames.OfficialTest) is { } official)
        {
            var value = SpeedFigure.MedianOf(official.Milliseconds.Zip(fast.Milliseconds, (slow, quick) => slow / quick));
            yield return new("test.official", name, "RegAD test of 2 shots and 83 images, times faster than the official way", value, TimesFaster, false, "times");
        }
    }
}
