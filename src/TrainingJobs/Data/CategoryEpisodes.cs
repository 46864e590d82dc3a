using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Models.RegAd;
using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Data;

/// <summary>
/// Episodes for RegAD. With categories (other parts), as published: a step takes one category, queries and supports are its images as
/// they are. Without, the inspected part's own shots: a query is a random view of one shot, its supports are views of all of them.
/// </summary>
/// <param name="shots">The K support shots.</param>
/// <param name="categories">Images of other parts, at least two each; may be empty.</param>
public sealed class CategoryEpisodes(
    TrainingRecipe recipe, IReadOnlyList<PixelImage> shots, IReadOnlyList<IReadOnlyList<PixelImage>> categories, Device device) : IEpisodeSource
{
    public Episode Draw(int step)
    {
        var random = Seeds.Generator(recipe.Seed, SeedPurpose.Step, step);
        return categories.Count == 0 ? OwnViews(random) : OfCategory(categories[random.Next(categories.Count)], random);
    }

    private Episode OfCategory(IReadOnlyList<PixelImage> images, Random random)
    {
        var queries = new List<PixelImage>();
        var supports = new List<PixelImage>();
        while (queries.Count < recipe.BatchSize)
        {
            var order = Enumerable.Range(0, images.Count).ToArray();
            random.Shuffle(order);
            queries.Add(images[order[0]]);
            // A category with few images repeats some of them; the query itself is never among its supports.
            for (var k = 0; k < recipe.Shots; k++)
                supports.Add(images[order[1 + (k % (order.Length - 1))]]);
        }

        return Join(PixelImage.Batch(queries, device), PixelImage.Batch(supports, device));
    }

    private Episode OwnViews(Random random)
    {
        var queries = new List<PixelImage>();
        var supports = new List<PixelImage>();
        for (var i = 0; i < recipe.BatchSize; i++)
        {
            queries.Add(shots[random.Next(shots.Count)]);
            supports.AddRange(shots);
        }

        using var scope = NewDisposeScope();
        var views = Join(
            RandomViews.Of(PixelImage.Batch(queries, device), ViewRange.Registration, random),
            RandomViews.Of(PixelImage.Batch(supports, device), ViewRange.Registration, random));
        scope.MoveToOuter(views.Queries, views.Supports);
        return views;
    }

    /// <summary>supports: (B·K,3,S,S) → (B,K,3,S,S)</summary>
    private static Episode Join(Tensor queries, Tensor supports) =>
        new(queries, supports.view([queries.shape[0], supports.shape[0] / queries.shape[0], .. supports.shape[1..]]));
}
