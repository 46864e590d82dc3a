using System.Globalization;
using FewShotAD.Domain.Training;

namespace FewShotAD.Portal.Features.Training;

/// <summary>A recipe in the user's terms.</summary>
public static class RecipeText
{
    public static string Method(DetectionMethod method) => method switch
    {
        DetectionMethod.RegAd => "RegAD",
        DetectionMethod.UniAd => "UniAD",
        DetectionMethod.PatchCore => "PatchCore",
        _ => method.ToString(),
    };

    public static string InBrief(TrainingRecipe recipe) =>
        $"{Method(recipe.Method)}{(recipe.Adversarial is null ? "" : " + adversarial")} · {recipe.Shots} shots{(recipe.PatchCore is null ? $" · {recipe.Preset.ToString().ToLowerInvariant()}" : "")}";

    public static IEnumerable<(string Name, string Value)> Rows(TrainingRecipe recipe)
    {
        static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
        yield return ("Method", Method(recipe.Method));
        yield return ("Backbone", BackboneChoice.Find(recipe.Backbone)?.Title ?? recipe.Backbone);
        yield return ("Shots", $"{recipe.Shots}");
        yield return ("Image size", $"{recipe.ImageSize} × {recipe.ImageSize} px");
        yield return ("Seed", $"{recipe.Seed}");
        if (recipe.PatchCore is { } patchCore)
        {
            yield return ("Coreset", $"{Number(patchCore.CoresetShare * 100)} % of the patches");
            yield break;
        }

        yield return ("Preset", recipe.Preset.ToString().ToLowerInvariant());
        yield return ("Epochs × steps", $"{recipe.Epochs} × {recipe.StepsPerEpoch}");
        yield return ("Batch", $"{recipe.BatchSize}");
        yield return ("Learning rate", Number(recipe.LearningRate));
        if (recipe.Method == DetectionMethod.RegAd)
            yield return ("Poses", recipe.RegAd is { RelativePoses: true } ? "relative to the shots" : "as published");
        if (recipe.UniAd is { } uniAd)
        {
            yield return ("Positions", uniAd.PositionEmbedding == PositionEmbedding.Learned ? "learned" : "sines");
            yield return ("Neighbour mask", uniAd.NeighbourMask == 0 ? "none" : $"{uniAd.NeighbourMask} × {uniAd.NeighbourMask}");
            yield return ("Features", uniAd.StandardiseFeatures ? "standardised per channel" : "as they are");
            yield return ("Jitter", Number(uniAd.JitterScale));
        }

        if (recipe.Adversarial is not { } adversarial)
        {
            yield return ("Adversarial loss", "off");
            yield break;
        }

        yield return ("Adversarial loss", adversarial.Loss == AdversarialLossKind.Bce ? "binary cross-entropy" : "least squares");
        yield return ("Weight λ", Number(adversarial.Weight));
        yield return ("Mode", adversarial.Mode == AdversarialMode.Alternating ? "alternating steps" : "gradient reversal");
        yield return ("Side", adversarial.Side == AdversarialSide.Symmetric ? "symmetric" : "one-sided");
        yield return ("Discriminator rate", Number(adversarial.DiscriminatorLearningRate));
        yield return ("Warm-up steps", $"{adversarial.WarmUpSteps}");
    }
}
