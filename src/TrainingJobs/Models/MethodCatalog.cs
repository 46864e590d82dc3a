using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Models.RegAd;
using FewShotAD.TrainingJobs.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models;

/// <summary>The methods that a recipe may name.</summary>
public static class MethodCatalog
{
    /// <summary>A method that begins from the backbone's pretrained weights.</summary>
    public static Result<IAnomalyMethod> ForTraining(TrainingRecipe recipe, TrainingData data, string backboneFolder, Device device)
    {
        if (recipe.Method != DetectionMethod.RegAd)
            return new MethodNotAvailable(recipe.Method);
        var backbone = BackboneCatalog.Load(recipe.Backbone, backboneFolder);
        if (!backbone.Succeeded)
            return Result<IAnomalyMethod>.Fail(backbone.Error);
        return RegAd(backbone.Value, recipe, new CategoryEpisodes(recipe, data.Shots, data.Categories, device), device);
    }

    /// <summary>A method whose weights will be loaded from a bundle: no weight files are needed.</summary>
    public static Result<IAnomalyMethod> ForScoring(TrainingRecipe recipe, Device device)
    {
        if (recipe.Method != DetectionMethod.RegAd)
            return new MethodNotAvailable(recipe.Method);
        var backbone = BackboneCatalog.Create(recipe.Backbone);
        return backbone.Succeeded ? RegAd(backbone.Value, recipe, null, device) : Result<IAnomalyMethod>.Fail(backbone.Error);
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
    ErrorKind.Invalid, "method.missing", $"The method {Method} cannot be trained by this version: choose regad.");
