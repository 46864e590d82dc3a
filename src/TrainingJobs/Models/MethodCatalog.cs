using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Models.PatchCore;
using FewShotAD.TrainingJobs.Models.RegAd;
using FewShotAD.TrainingJobs.Models.UniAd;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models;

/// <summary>The methods that a recipe may name.</summary>
public static class MethodCatalog
{
    /// <summary>A method that begins from the backbone's pretrained weights.</summary>
    public static Result<IAnomalyMethod> ForTraining(TrainingRecipe recipe, TrainingData data, WeightStore weights, Device device, CancellationToken ct)
    {
        var loaded = BackboneCatalog.Load(recipe.Backbone, weights, ct);
        if (!loaded.Succeeded)
            return Result<IAnomalyMethod>.Fail(loaded.Error);
        return recipe.Method switch
        {
            DetectionMethod.RegAd => RegAd(loaded.Value, recipe, new CategoryEpisodes(recipe, data.Shots, data.Categories, device), device),
            DetectionMethod.UniAd => UniAd(loaded.Value, recipe, new FewShotViews(recipe, [data.Shots, .. data.Categories], device), device),
            DetectionMethod.PatchCore => PatchCore(loaded.Value, recipe, device),
            _ => Unknown(loaded.Value, recipe),
        };
    }

    /// <summary>A method whose weights will be loaded from a bundle: no weight files are needed.</summary>
    public static Result<IAnomalyMethod> ForScoring(TrainingRecipe recipe, Device device)
    {
        var made = BackboneCatalog.Create(recipe.Backbone);
        if (!made.Succeeded)
            return Result<IAnomalyMethod>.Fail(made.Error);
        return recipe.Method switch
        {
            DetectionMethod.RegAd => RegAd(made.Value, recipe, null, device),
            DetectionMethod.UniAd => UniAd(made.Value, recipe, null, device),
            DetectionMethod.PatchCore => PatchCore(made.Value, recipe, device),
            _ => Unknown(made.Value, recipe),
        };
    }

    private static Result<IAnomalyMethod> Unknown(Backbone backbone, TrainingRecipe recipe)
    {
        backbone.Dispose();
        return new MethodNotAvailable(recipe.Method);
    }

    private static PatchCoreMethod PatchCore(Backbone backbone, TrainingRecipe recipe, Device device)
    {
        backbone.to(device);
        return new PatchCoreMethod(backbone, recipe);
    }

    /// <param name="views">Null for scoring.</param>
    private static UniAdMethod UniAd(Backbone backbone, TrainingRecipe recipe, FewShotViews? views, Device device)
    {
        random.manual_seed(Seeds.Derive(recipe.Seed, SeedPurpose.NetworkWeights));
        var network = new UniAdNetwork(backbone, recipe.ImageSize, recipe.UniAd ?? new UniAdOptions());
        network.to(device);
        if (views is not null)
            network.Standardise(views.Shots());
        return new UniAdMethod(network, recipe, views, device);
    }

    private static RegAdMethod RegAd(Backbone backbone, TrainingRecipe recipe, IEpisodeSource? episodes, Device device)
    {
        random.manual_seed(Seeds.Derive(recipe.Seed, SeedPurpose.NetworkWeights));
        var network = new RegAdNetwork(backbone, recipe.ImageSize);
        // Before any optimiser sees the parameters: moving a module replaces them.
        network.to(device);
        return new RegAdMethod(network, recipe, episodes, device);
    }
}

public sealed record MethodNotAvailable(DetectionMethod Method) : Error(
    ErrorKind.Invalid, "method.missing", $"The method {Method} cannot be trained by this version: choose RegAD, UniAD or PatchCore.");
