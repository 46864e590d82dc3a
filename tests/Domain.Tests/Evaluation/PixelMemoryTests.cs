using System.Diagnostics;
using FewShotAD.Domain.Evaluation;

namespace FewShotAD.Domain.Tests.Evaluation;

/// <summary>Tests that measure the memory of the process: what others hold meanwhile would count.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class PixelMemoryTests(ITestOutputHelper output)
{
    private const int Side = 224;

    /// <summary>FEWSHOTAD_MAPS=10000 measures as many as are promised.</summary>
    private static readonly int Maps = int.TryParse(Environment.GetEnvironmentVariable("FEWSHOTAD_MAPS"), out var count) ? count : 220;

    /// <summary>What 10,000 maps may hold is below 2 GB only if the ten-thousandth adds nothing: a few hundred show that.</summary>
    [Fact]
    public void Maps_that_were_counted_are_not_kept()
    {
        var metrics = new RankingMetricsByPixel();
        var random = new Random(1);
        Stream(20);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Stream(Maps - 20);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        // One map is 200 kB; 200 of them would be 40 MB.
        Assert.True(grown < 200_000, $"{grown} bytes were kept.");
        output.WriteLine($"{Maps} maps of {Side}×{Side}: {grown} bytes kept, the process at most {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB.");
        Assert.Equal((long)Maps * Side * Side, metrics.Metrics().Positives + metrics.Metrics().Negatives);
        Assert.Equal(Maps / 2, metrics.MaskedImages);
        Assert.InRange(metrics.Aupro()!.Value, 0.1, 0.2); // scores that know nothing

        void Stream(int count)
        {
            var (map, mask) = (new float[Side * Side], new bool[Side * Side]);
            for (var n = 0; n < count; n++)
            {
                for (var i = 0; i < map.Length; i++)
                    (map[i], mask[i]) = (random.NextSingle() * 100, n % 2 == 0 && i % Side is > 60 and < 90 && i / Side is > 100 and < 120);
                metrics.Add(map, mask, Side);
            }
        }
    }
}
