using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Benchmark;

/// <summary>Cells that one training serves: one category, or all of them for a unified model.</summary>
public sealed record BenchmarkUnit(TrainingRecipe Recipe, IReadOnlyList<BenchmarkCell> Cells);

/// <summary>What a benchmark is to run, in an order in which a part of it is already balanced: seed by seed.</summary>
/// <param name="Recipes">One for each method, with the adversarial loss and without a seed of its own.</param>
/// <param name="Categories">Those to score; training always has all of the dataset.</param>
/// <param name="Arms">Of the methods that train.</param>
public sealed record BenchmarkPlan(
    IReadOnlyList<TrainingRecipe> Recipes, IReadOnlyList<string> Categories, IReadOnlyList<BenchmarkArm> Arms,
    IReadOnlyList<int> Shots, IReadOnlyList<int> Seeds)
{
    public IEnumerable<BenchmarkUnit> Units() =>
        from seed in Seeds
        from shots in Shots
        from recipe in Recipes
        from categories in recipe.Method == DetectionMethod.UniAd ? [Categories] : Categories.Select(category => (IReadOnlyList<string>)[category])
        from arm in recipe.Method == DetectionMethod.PatchCore ? [BenchmarkArm.Baseline] : Arms
        select new BenchmarkUnit(
            RecipeOf(recipe, arm) with { Seed = seed, Shots = shots },
            [.. categories.Select(category => new BenchmarkCell(recipe.Method, arm, category, shots, seed))]);

    /// <summary>An arm changes what its name says and nothing else.</summary>
    private static TrainingRecipe RecipeOf(TrainingRecipe recipe, BenchmarkArm arm) => arm switch
    {
        BenchmarkArm.Untrained => recipe with { Adversarial = null, Epochs = 0 },
        BenchmarkArm.Plain or BenchmarkArm.Baseline => recipe with { Adversarial = null },
        _ => recipe,
    };
}
