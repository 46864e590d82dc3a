using System.Diagnostics;
using System.Security.Cryptography;
using FewShotAD.Domain.Images;
using FewShotAD.Imaging.Samples;

namespace FewShotAD.Imaging.Tests;

public sealed class SampleTests
{
    private const int Seed = 20;

    /// <summary>Drawn once for all tests of the class: each part takes seconds.</summary>
    private static readonly Lazy<IReadOnlyList<(SamplePart Part, IReadOnlyList<SampleImage> Images)>> Drawn =
        new(() => SamplePart.All.Select(p => (p, (IReadOnlyList<SampleImage>)p.Generate(Seed).ToList())).ToList());

    [Fact]
    public void A_part_has_its_shots_in_the_layout_that_imports_read()
    {
        foreach (var (part, images) in Drawn.Value)
        {
            Assert.Equal(part.ImageCount, images.Count);
            var paths = images.Select(i => DatasetPath.Parse(i.Name)).ToList();
            Assert.Equal(images.Count, paths.Select(p => p.Name).Distinct().Count());
            Assert.Equal(SamplePart.SupportShots, paths.Count(p => p is { Split: ImageSplit.Support, Label: ImageLabel.Normal }));
            Assert.Equal(SamplePart.NormalTests, paths.Count(p => p is { Split: ImageSplit.Test, Label: ImageLabel.Normal }));
            Assert.Equal(3, paths.Where(p => p.Label == ImageLabel.Defective).Select(p => p.DefectType).Distinct().Count());
            Assert.Equal(paths.Select(p => p.DefectType), images.Select(i => i.DefectType));
            Assert.All(images, i => Assert.Equal((SamplePart.Side, SamplePart.Side), (i.Image.Width, i.Image.Height)));
        }
    }

    [Fact]
    public void Masks_are_on_defects_only_and_cover_a_small_part()
    {
        foreach (var image in Drawn.Value.SelectMany(d => d.Images))
        {
            Assert.Equal(image.DefectType is null, image.Mask is null);
            if (image.Mask is not { } mask)
                continue;
            Assert.All(mask.Distinct(), v => Assert.True(v is 0 or byte.MaxValue));
            var share = mask.Count(v => v != 0) / (double)mask.Length;
            Assert.True(share is >= 0.0002 and <= 0.15, $"{image.Name} covers {share:P3}.");
        }
    }

    [Fact]
    public void The_same_seed_draws_the_same_bytes_and_another_seed_others()
    {
        foreach (var (part, images) in Drawn.Value)
        {
            var some = images.Count - 1;
            // Every shot has its own seed, so the last one is enough to see that nothing leaks from shot to shot.
            Assert.Equal(Hash(images[some]), Hash(part.Generate(Seed).Last()));
            Assert.Equal(Hash(images[0]), Hash(part.Generate(Seed).First()));
            Assert.NotEqual(Hash(images[0]), Hash(part.Generate(Seed + 1).First()));
            Assert.Equal(images.Count, images.Select(Hash).Distinct().Count());
        }
    }

    [Fact]
    public void Drawing_is_quick()
    {
        var watch = Stopwatch.StartNew();
        foreach (var part in SamplePart.All)
            _ = part.Generate(Seed).Take(6).Count();
        // The whole set takes about 4 s alone on one core; six shots of each part leave a wide margin on a busy machine.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }

    private static string Hash(SampleImage image) => Convert.ToHexString(SHA256.HashData(image.Image.Pixels));
}
