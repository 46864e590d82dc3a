using System.CommandLine;
using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Cli;

/// <summary>Options that change a preset's recipe; the same for every command that trains.</summary>
internal static class RecipeOptions
{
    public static Option<string> Preset { get; } = Choice("--preset", "Minutes on a processor, or the published schedule.", "quick", "full");

    private static readonly Option<string> Backbone =
        Choice("--backbone", "The backbone; all but the first are fetched when they are not there.", [.. BackboneChoice.All.Select(choice => choice.Name)]);

    private static readonly Option<int?> Epochs = new("--epochs") { Description = "Epochs instead of the preset's; 0 does not train." };
    private static readonly Option<int?> Steps = new("--steps") { Description = "Steps per epoch instead of the preset's." };
    private static readonly Option<int?> Batch = new("--batch") { Description = "Queries per step instead of the preset's." };
    private static readonly Option<double?> Rate = new("--rate") { Description = "Learning rate instead of the preset's." };
    private static readonly Option<double?> DiscriminatorRate = new("--discriminator-rate") { Description = "Learning rate of the discriminator instead of the preset's." };
    private static readonly Option<int> Size = new("--size") { Description = "Side to which images are resized, in pixels.", DefaultValueFactory = _ => 224 };
    private static readonly Option<double> Weight = new("--weight")
    {
        Description = "λ, the weight of the adversarial loss.",
        DefaultValueFactory = _ => new AdversarialOptions().Weight,
    };

    private static readonly Option<string> Poses =
        Choice("--poses", "What RegAD's poses are relative to when scoring: the shots, or nothing, as published.", "shots", "published");

    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[Preset, Backbone, Epochs, Steps, Batch, Rate, Size, Weight, DiscriminatorRate, Poses])
            command.Add(option);
    }

    /// <summary>The recipe of a method, with the adversarial loss where the method trains; shots and seed are the command's own.</summary>
    public static TrainingRecipe Of(ParseResult parsed, DetectionMethod method)
    {
        var recipe = TrainingRecipe.For(parsed.GetValue(Preset) == "full" ? TrainingPreset.Full : TrainingPreset.Quick, method) with
        {
            Backbone = parsed.GetValue(Backbone)!,
            RegAd = method == DetectionMethod.RegAd ? new RegAdOptions { RelativePoses = parsed.GetValue(Poses) == "shots" } : null,
            ImageSize = parsed.GetValue(Size),
        };
        if (method == DetectionMethod.PatchCore)
            return recipe;
        var adversarial = recipe.Adversarial ?? new AdversarialOptions();
        return recipe with
        {
            Adversarial = adversarial with
            {
                Weight = parsed.GetValue(Weight), DiscriminatorLearningRate = parsed.GetValue(DiscriminatorRate) ?? adversarial.DiscriminatorLearningRate,
            },
            Epochs = parsed.GetValue(Epochs) ?? recipe.Epochs,
            StepsPerEpoch = parsed.GetValue(Steps) ?? recipe.StepsPerEpoch,
            BatchSize = parsed.GetValue(Batch) ?? recipe.BatchSize,
            LearningRate = parsed.GetValue(Rate) ?? recipe.LearningRate,
        };
    }

    public static DetectionMethod? MethodNamed(string name) => name switch
    {
        "regad" => DetectionMethod.RegAd,
        "uniad" => DetectionMethod.UniAd,
        "patchcore" => DetectionMethod.PatchCore,
        _ => null,
    };

    /// <summary>An option with a few words to choose from; the first is the default.</summary>
    public static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
