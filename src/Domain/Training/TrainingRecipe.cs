using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Training;

public enum DetectionMethod
{
    RegAd,
    UniAd,
    PatchCore,
}

public enum TrainingPreset
{
    /// <summary>Minutes on two processor cores.</summary>
    Quick,

    /// <summary>The published schedule; for a GPU or a night.</summary>
    Full,
}

public enum AdversarialLossKind
{
    Bce,
    LeastSquares,
}

public enum AdversarialMode
{
    Alternating,
    GradientReversal,
}

public enum AdversarialSide
{
    Symmetric,
    OneSided,
}

/// <summary>The adversarial loss between the two branches; a reading of arXiv 2312.03005, every choice of which is stored.</summary>
public sealed record AdversarialOptions
{
    public AdversarialLossKind Loss { get; init; } = AdversarialLossKind.Bce;

    public AdversarialMode Mode { get; init; } = AdversarialMode.Alternating;

    public AdversarialSide Side { get; init; } = AdversarialSide.Symmetric;

    /// <summary>λ, the weight of the adversarial term beside the task loss.</summary>
    public double Weight { get; init; } = 0.1;

    public double DiscriminatorLearningRate { get; init; } = 1e-4;

    /// <summary>Steps at the start in which the discriminator learns and the network gets nothing from it: its task loss alone.</summary>
    public int WarmUpSteps { get; init; }
}

/// <summary>Everything that decides what a training run does. Stored with the run and inside the model; nothing else is read.</summary>
public sealed record TrainingRecipe
{
    public const int MinShots = 2;
    public const int MaxShots = 8;
    public const int MaxEpochs = 1_000;
    public const int MaxStepsPerEpoch = 10_000;

    public DetectionMethod Method { get; init; } = DetectionMethod.RegAd;

    public string Backbone { get; init; } = "mobilenet_v2";

    /// <summary>Null trains the plain method.</summary>
    public AdversarialOptions? Adversarial { get; init; } = new();

    public TrainingPreset Preset { get; init; } = TrainingPreset.Quick;

    /// <summary>K, the number of normal support shots.</summary>
    public int Shots { get; init; } = 4;

    /// <summary>S, the side to which images are resized, in pixels.</summary>
    public int ImageSize { get; init; } = 224;

    public int Seed { get; init; } = 1;

    public int Epochs { get; init; }

    public int StepsPerEpoch { get; init; }

    /// <summary>Queries in a step; each brings K supports with it.</summary>
    public int BatchSize { get; init; }

    public double LearningRate { get; init; } = 1e-4;

    public double Momentum { get; init; } = 0.9;

    /// <summary>The recipe of a preset with its numbers written out.</summary>
    public static TrainingRecipe For(TrainingPreset preset) => preset switch
    {
        TrainingPreset.Quick => new() { Preset = preset, Epochs = 4, StepsPerEpoch = 8, BatchSize = 4 },
        TrainingPreset.Full => new() { Preset = preset, Epochs = 50, StepsPerEpoch = 20, BatchSize = 32 },
        _ => throw new ArgumentOutOfRangeException(nameof(preset)),
    };

    public Result Validate()
    {
        if (Shots is < MinShots or > MaxShots)
            return new InvalidRecipe("shots", $"Choose {MinShots} to {MaxShots} support shots.");
        if (Epochs is < 0 or > MaxEpochs)
            return new InvalidRecipe("epochs", $"Epochs go from 0 (no training) to {MaxEpochs}.");
        if (StepsPerEpoch is < 1 or > MaxStepsPerEpoch)
            return new InvalidRecipe("stepsPerEpoch", $"Steps per epoch go from 1 to {MaxStepsPerEpoch}.");
        if (BatchSize is < 1 or > 256)
            return new InvalidRecipe("batchSize", "The batch size goes from 1 to 256.");
        if (ImageSize is < 64 or > 1024 || ImageSize % 32 != 0)
            return new InvalidRecipe("imageSize", "The image size goes from 64 to 1024 in steps of 32.");
        if (LearningRate is not (> 0 and <= 1))
            return new InvalidRecipe("learningRate", "The learning rate is above 0 and at most 1.");
        if (Momentum is not (>= 0 and < 1))
            return new InvalidRecipe("momentum", "Momentum goes from 0 to below 1.");
        if (Adversarial is { Weight: not (>= 0 and <= 100) })
            return new InvalidRecipe("adversarial.weight", "The weight of the adversarial loss goes from 0 to 100.");
        if (Adversarial is { DiscriminatorLearningRate: not (> 0 and <= 1) })
            return new InvalidRecipe("adversarial.learningRate", "The discriminator's learning rate is above 0 and at most 1.");
        if (Adversarial is { WarmUpSteps: < 0 })
            return new InvalidRecipe("adversarial.warmUpSteps", "Warm-up steps cannot be negative.");
        return Result.Ok;
    }
}

public sealed record InvalidRecipe(string Field, string What) : Error(ErrorKind.Invalid, $"recipe.{Field}", What);
