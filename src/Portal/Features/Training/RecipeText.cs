using System.Globalization;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Training;

/// <summary>A recipe in the user's terms.</summary>
public static class RecipeText
{
    public static string Method(DetectionMethod method) => method switch
    {
        DetectionMethod.RegAd => TrainingTexts.RegAD,
        DetectionMethod.UniAd => TrainingTexts.UniAD,
        DetectionMethod.PatchCore => TrainingTexts.PatchCore,
        _ => method.ToString(),
    };

    public static string InBrief(TrainingRecipe recipe) =>
        TrainingTexts.Shots.With(Method(recipe.Method), (recipe.Adversarial is null ? "" : TrainingTexts.PlusAdversarial), recipe.Shots, Suffix(recipe));

    /// <summary>Beside the preset nothing else, or whose network it is.</summary>
    private static string Suffix(TrainingRecipe recipe) => recipe switch
    {
        { Registration: { } used } => $" · {TrainingTexts.NamedVersion.With(used.Name, used.Version)}",
        { PatchCore: null } => $" · {Words.Within(recipe.Preset)}",
        _ => "",
    };

    public static IEnumerable<(string Name, string Value)> Rows(TrainingRecipe recipe)
    {
        static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
        yield return (SharedTexts.Method, Method(recipe.Method));
        yield return (TrainingTexts.Backbone, BackboneChoice.Find(recipe.Backbone)?.Title ?? recipe.Backbone);
        yield return (TrainingTexts.ShotsWord, $"{recipe.Shots}");
        yield return (TrainingTexts.ImageSize, TrainingTexts.PixelsByPixels.With(recipe.ImageSize, recipe.ImageSize));
        yield return (TrainingTexts.Seed, $"{recipe.Seed}");
        if (recipe.Registration is { } used)
        {
            yield return (TrainingTexts.RegistrationModel, TrainingTexts.NamedVersion.With(used.Name, used.Version));
            yield break;
        }

        if (recipe.PatchCore is { } patchCore)
        {
            yield return (TrainingTexts.Coreset, TrainingTexts.PercentOfThePatches.With(Number(patchCore.CoresetShare * 100)));
            yield break;
        }

        yield return (TrainingTexts.Preset, Words.Within(recipe.Preset));
        yield return (TrainingTexts.EpochsSteps, $"{recipe.Epochs} × {recipe.StepsPerEpoch}");
        yield return (TrainingTexts.Batch, $"{recipe.BatchSize}");
        yield return (TrainingTexts.LearningRate, Number(recipe.LearningRate));
        if (recipe.Method == DetectionMethod.RegAd)
            yield return (TrainingTexts.Poses, recipe.RegAd is { RelativePoses: true } ? TrainingTexts.RelativeToTheShots : TrainingTexts.AsPublished);
        if (recipe.UniAd is { } uniAd)
        {
            yield return (TrainingTexts.Positions, uniAd.PositionEmbedding == PositionEmbedding.Learned ? TrainingTexts.Learned : TrainingTexts.Sines);
            yield return (TrainingTexts.NeighbourMask, uniAd.NeighbourMask == 0 ? TrainingTexts.None : $"{uniAd.NeighbourMask} × {uniAd.NeighbourMask}");
            yield return (TrainingTexts.Features, uniAd.StandardiseFeatures ? TrainingTexts.StandardisedPerChannel : TrainingTexts.AsTheyAre);
            yield return (TrainingTexts.Jitter, Number(uniAd.JitterScale));
        }

        if (recipe.Adversarial is not { } adversarial)
        {
            yield return (TrainingTexts.AdversarialLoss, TrainingTexts.Off);
            yield break;
        }

        yield return (TrainingTexts.AdversarialLoss, adversarial.Loss == AdversarialLossKind.Bce ? TrainingTexts.BinaryCrossEntropy : TrainingTexts.LeastSquares);
        yield return (TrainingTexts.WeightLambda, Number(adversarial.Weight));
        yield return (TrainingTexts.Mode, adversarial.Mode == AdversarialMode.Alternating ? TrainingTexts.AlternatingSteps : TrainingTexts.GradientReversal);
        yield return (TrainingTexts.Side, adversarial.Side == AdversarialSide.Symmetric ? TrainingTexts.Symmetric : TrainingTexts.OneSided);
        yield return (TrainingTexts.DiscriminatorRate, Number(adversarial.DiscriminatorLearningRate));
        yield return (TrainingTexts.WarmUpSteps, $"{adversarial.WarmUpSteps}");
    }
}
