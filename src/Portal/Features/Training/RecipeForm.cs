using FewShotAD.Domain.Training;

namespace FewShotAD.Portal.Features.Training;

/// <summary>The numbers of a recipe as fields that a form can bind to.</summary>
public sealed class RecipeForm
{
    public int Epochs { get; set; }

    public int StepsPerEpoch { get; set; }

    public int BatchSize { get; set; }

    public double LearningRate { get; set; }

    public double Weight { get; set; }

    public double DiscriminatorLearningRate { get; set; }

    public AdversarialLossKind Loss { get; set; }

    public AdversarialMode Mode { get; set; }

    public AdversarialSide Side { get; set; }

    public static RecipeForm Of(TrainingRecipe recipe)
    {
        var adversarial = recipe.Adversarial ?? new AdversarialOptions();
        return new RecipeForm
        {
            Epochs = recipe.Epochs,
            StepsPerEpoch = recipe.StepsPerEpoch,
            BatchSize = recipe.BatchSize,
            LearningRate = recipe.LearningRate,
            Weight = adversarial.Weight,
            DiscriminatorLearningRate = adversarial.DiscriminatorLearningRate,
            Loss = adversarial.Loss,
            Mode = adversarial.Mode,
            Side = adversarial.Side,
        };
    }

    /// <param name="method">One that does not train keeps its own numbers.</param>
    public TrainingRecipe ToRecipe(DetectionMethod method, BackboneChoice backbone, TrainingPreset preset, int shots, int seed, bool adversarial)
    {
        var recipe = TrainingRecipe.For(preset, method) with { Backbone = backbone.Name, Shots = shots, Seed = seed };
        return method == DetectionMethod.PatchCore
            ? recipe
            : recipe with
            {
                Epochs = Epochs,
                StepsPerEpoch = StepsPerEpoch,
                BatchSize = BatchSize,
                LearningRate = LearningRate,
                Adversarial = adversarial ? Options() : null,
            };
    }

    private AdversarialOptions Options() => new()
    {
        Weight = Weight, DiscriminatorLearningRate = DiscriminatorLearningRate, Loss = Loss, Mode = Mode, Side = Side,
    };
}
