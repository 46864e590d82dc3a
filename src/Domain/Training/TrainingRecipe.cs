using System.Text.Json.Serialization;
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

/// <summary>What only RegAD has (arXiv 2207.07361); the defaults are the published method.</summary>
public sealed record RegAdOptions
{
    /// <summary>
    /// Whether a pose counts relative to the mean pose of the shots when features are aligned for scoring. Ours, in every preset: the
    /// loss does not see a pose that all images share, training drifts along it, and warping there and back blurs the features.
    /// </summary>
    public bool RelativePoses { get; init; }
}

public enum PositionEmbedding
{
    /// <summary>A learned vector for each row and for each column.</summary>
    Learned,

    /// <summary>Fixed sines and cosines of row and column.</summary>
    Sine,
}

/// <summary>What only UniAD has (arXiv 2206.03687); the defaults are the published values.</summary>
public sealed record UniAdOptions
{
    public PositionEmbedding PositionEmbedding { get; init; } = PositionEmbedding.Learned;

    /// <summary>Side of the square of positions around a position that its attention may not see; odd, 0 masks nothing.</summary>
    public int NeighbourMask { get; init; } = 7;

    /// <summary>α: noise of a feature vector f of C channels is N(0,1)·‖f‖₂/C·α, in training only.</summary>
    public double JitterScale { get; init; } = 20;

    /// <summary>
    /// Whether every channel of the neck is brought to mean 0 and deviation 1 over the training shots. Ours, in every preset: the
    /// published weights start at unit scale, and features five times as large cost most of a short schedule.
    /// </summary>
    public bool StandardiseFeatures { get; init; }

    public double Dropout { get; init; } = 0.1;

    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Largest norm of the gradient of a step.</summary>
    public double ClipNorm { get; init; } = 0.1;
}

/// <summary>What only PatchCore has.</summary>
public sealed record PatchCoreOptions
{
    /// <summary>Share of the patch vectors that the greedy coreset keeps.</summary>
    public double CoresetShare { get; init; } = 0.05;
}

/// <summary>Everything that decides what a training run does. Stored with the run and inside the model; nothing else is read.</summary>
public sealed record TrainingRecipe
{
    public const int MinShots = 2;
    public const int MaxShots = 8;
    public const int MaxEpochs = 1_000;
    public const int MaxStepsPerEpoch = 10_000;

    public DetectionMethod Method { get; init; } = DetectionMethod.RegAd;

    public string Backbone { get; init; } = BackboneChoice.Default;

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

    /// <summary>
    /// Null for other methods, and in recipes from before there were options: the published method. Not written where it is null, so that
    /// such recipes keep their fingerprint.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RegAdOptions? RegAd { get; init; }

    /// <summary>Set when the method is UniAD, null otherwise.</summary>
    public UniAdOptions? UniAd { get; init; }

    /// <summary>Set when the method is PatchCore, null otherwise.</summary>
    public PatchCoreOptions? PatchCore { get; init; }

    /// <summary>
    /// The registration model whose network is taken as it is: nothing is trained, only statistics are fitted. Null for a run that trains
    /// its own, and then not written: recipes from before there were registration models keep their fingerprint.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RegistrationUse? Registration { get; init; }

    /// <summary>The recipe of a method and a preset with its numbers written out.</summary>
    public static TrainingRecipe For(TrainingPreset preset, DetectionMethod method = DetectionMethod.RegAd) => (method, preset) switch
    {
        // In so few steps a discriminator at its usual rate learns nothing (an accuracy of 0.49 was measured).
        (DetectionMethod.RegAd, TrainingPreset.Quick) => new()
        {
            Preset = preset, RegAd = new() { RelativePoses = true }, Epochs = 4, StepsPerEpoch = 8, BatchSize = 4,
            Adversarial = new() { DiscriminatorLearningRate = 1e-3 },
        },
        (DetectionMethod.RegAd, TrainingPreset.Full) => new()
        {
            Preset = preset, RegAd = new() { RelativePoses = true }, Epochs = 50, StepsPerEpoch = 20, BatchSize = 32,
        },
        // UniAD's budget is steps; its epochs are where checkpoints lie.
        (DetectionMethod.UniAd, TrainingPreset.Quick) => UniAdOf(preset, epochs: 5, steps: 20),
        (DetectionMethod.UniAd, TrainingPreset.Full) => UniAdOf(preset, epochs: 40, steps: 50),
        (DetectionMethod.PatchCore, TrainingPreset.Quick or TrainingPreset.Full) => new()
        {
            Method = method, Preset = preset, Adversarial = null, PatchCore = new(), Epochs = 0, StepsPerEpoch = 1, BatchSize = 1,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(preset)),
    };

    private static TrainingRecipe UniAdOf(TrainingPreset preset, int epochs, int steps) => new()
    {
        Method = DetectionMethod.UniAd, Preset = preset, UniAd = new() { StandardiseFeatures = true }, Epochs = epochs, StepsPerEpoch = steps, BatchSize = 8,
        LearningRate = 1e-3, Adversarial = new() { DiscriminatorLearningRate = 1e-3 },
    };

    public Result Validate()
    {
        if (!Enum.IsDefined(Method) || !Enum.IsDefined(Preset))
            return new InvalidRecipe("method", "Choose RegAD, UniAD or PatchCore, and the preset quick or full.");
        if (BackboneChoice.Find(Backbone) is not { } backbone)
            return new InvalidRecipe("backbone", $"There is no backbone “{Backbone}”: choose {Names(BackboneChoice.All)}.");
        if (!backbone.Methods.Contains(Method))
            return new InvalidRecipe("backbone", $"{Method} cannot use {Backbone}: choose {Names(BackboneChoice.All.Where(b => b.Methods.Contains(Method)))}.");
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
        return ValidateAdversarial() is { Succeeded: false } failed ? failed : ValidateMethod();
    }

    private static string Names(IEnumerable<BackboneChoice> choices) => string.Join(", ", choices.Select(choice => choice.Name));

    private Result ValidateAdversarial()
    {
        if (Adversarial is { } options && !(Enum.IsDefined(options.Loss) && Enum.IsDefined(options.Mode) && Enum.IsDefined(options.Side)))
            return new InvalidRecipe("adversarial", "Choose loss bce or leastSquares, mode alternating or gradientReversal, side symmetric or oneSided.");
        if (Adversarial is { Weight: not (>= 0 and <= 100) })
            return new InvalidRecipe("adversarial.weight", "The weight of the adversarial loss goes from 0 to 100.");
        if (Adversarial is { DiscriminatorLearningRate: not (> 0 and <= 1) })
            return new InvalidRecipe("adversarial.learningRate", "The discriminator's learning rate is above 0 and at most 1.");
        if (Adversarial is { WarmUpSteps: < 0 })
            return new InvalidRecipe("adversarial.warmUpSteps", "Warm-up steps cannot be negative.");
        return Result.Ok;
    }

    private Result ValidateMethod()
    {
        if (Registration is not null && (Epochs != 0 || Method == DetectionMethod.PatchCore))
            return new InvalidRecipe("registration", "With a registration model RegAD or UniAD is used as it is: 0 epochs.");
        if (Method != DetectionMethod.RegAd && RegAd is not null)
            return new InvalidRecipe("regAd", "RegAD alone has these options.");
        if ((Method == DetectionMethod.UniAd) != (UniAd is not null))
            return new InvalidRecipe("uniAd", "UniAD needs its options, and no other method has them.");
        if ((Method == DetectionMethod.PatchCore) != (PatchCore is not null))
            return new InvalidRecipe("patchCore", "PatchCore needs its options, and no other method has them.");
        if (Method == DetectionMethod.PatchCore && (Adversarial is not null || Epochs != 0))
            return new InvalidRecipe("adversarial", "PatchCore trains nothing: no adversarial loss, 0 epochs.");
        if (PatchCore is { CoresetShare: not (> 0 and <= 1) })
            return new InvalidRecipe("patchCore.coresetShare", "The coreset keeps a share above 0 and at most 1.");
        if (UniAd is not { } uniAd)
            return Result.Ok;
        if (!Enum.IsDefined(uniAd.PositionEmbedding))
            return new InvalidRecipe("uniAd.positionEmbedding", "Choose the position embedding learned or sine.");
        if (uniAd.NeighbourMask is < 0 or > 63 || (uniAd.NeighbourMask > 0 && uniAd.NeighbourMask % 2 == 0))
            return new InvalidRecipe("uniAd.neighbourMask", "The neighbour mask is 0 (none) or an odd side up to 63.");
        // Every position must see another one.
        if (uniAd.NeighbourMask >= ImageSize / 16)
            return new InvalidRecipe("uniAd.neighbourMask", $"The neighbour mask must be smaller than the feature grid of {ImageSize / 16}.");
        if (uniAd.JitterScale is not (>= 0 and <= 1_000))
            return new InvalidRecipe("uniAd.jitterScale", "The jitter scale goes from 0 to 1000.");
        if (uniAd.Dropout is not (>= 0 and < 1))
            return new InvalidRecipe("uniAd.dropout", "Dropout goes from 0 to below 1.");
        if (uniAd.WeightDecay is not (>= 0 and <= 1))
            return new InvalidRecipe("uniAd.weightDecay", "Weight decay goes from 0 to 1.");
        if (uniAd.ClipNorm is not (> 0 and <= 1_000))
            return new InvalidRecipe("uniAd.clipNorm", "The largest gradient norm is above 0 and at most 1000.");
        return Result.Ok;
    }
}

public sealed record InvalidRecipe(string Field, string What) : Error(ErrorKind.Invalid, $"recipe.{Field}", What);
