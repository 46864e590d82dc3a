using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Models.UniAd;
using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Data;

/// <summary>
/// Images for UniAD: at each step random views of random shots out of all parts. A view is flipped, turned by quarters, and then
/// rotated and moved a little. K shots of each part, so that no part outweighs another.
/// </summary>
/// <param name="parts">The shots of every part.</param>
public sealed class FewShotViews(TrainingRecipe recipe, IReadOnlyList<IReadOnlyList<PixelImage>> parts, Device device) : IImageSource
{
    /// <summary>±10° and ±5 % of the side.</summary>
    private static readonly ViewRange Range = new(Math.PI / 18, Scale: 0, Shift: 0.1, Brightness: 0);

    private readonly PixelImage[] pool = [.. parts.SelectMany(part => part.Take(recipe.Shots))];

    /// <summary>The shots of all parts as they are, in batches (B,3,S,S).</summary>
    public IEnumerable<Tensor> Shots() => pool.Chunk(recipe.BatchSize).Select(batch => PixelImage.Batch(batch, device));

    public Tensor Draw(int step)
    {
        using var scope = NewDisposeScope();
        var random = Seeds.Generator(recipe.Seed, SeedPurpose.Step, step);
        var chosen = Enumerable.Range(0, recipe.BatchSize).Select(_ => pool[random.Next(pool.Length)]).ToArray();
        var images = PixelImage.Batch(chosen, device); // (B,3,S,S)
        var turned = stack([.. Enumerable.Range(0, chosen.Length).Select(i => Turn(images[i], random))]); // (B,3,S,S)
        return RandomViews.Of(turned, Range, random).MoveToOuterDisposeScope();
    }

    /// <summary>One of the eight ways to lay a square picture down: (3,S,S) → (3,S,S).</summary>
    private static Tensor Turn(Tensor image, Random random)
    {
        var turned = image.rot90(random.Next(4), (1, 2));
        return random.Next(2) == 0 ? turned : turned.flip(2);
    }
}
