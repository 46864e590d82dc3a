using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Models.Adversarial;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Training;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.UniAd;

/// <summary>Where the images of a step come from. A step's images depend on the step's number alone.</summary>
public interface IImageSource
{
    /// <summary>(B,3,S,S) in [0,1]; belongs to the caller's scope.</summary>
    Tensor Draw(int step);
}

/// <summary>UniAD's training step: reconstruct clean features from jittered ones, plain or with the adversarial game of every decoder layer.</summary>
public sealed class UniAdTask : ITrainingTask, IFeatureProbe
{
    /// <summary>When the learning rate falls, as a share of all epochs, and to which part of it.</summary>
    private const double DecayAt = 0.8;
    private const double DecayTo = 0.1;

    private readonly TrainingRecipe recipe;
    private readonly UniAdOptions options;
    private readonly UniAdNetwork network;
    private readonly IImageSource images;
    private readonly AdamOptimizer optimizer;
    private readonly LayerwiseGame? game;

    /// <param name="network">Stays the caller's.</param>
    public UniAdTask(UniAdNetwork network, TrainingRecipe recipe, IImageSource images, Device device)
    {
        (this.network, this.recipe, this.images) = (network, recipe, images);
        options = recipe.UniAd ?? new UniAdOptions();
        var reconstructor = network.Reconstructor;
        optimizer = new AdamOptimizer(
            "adam", [.. reconstructor.named_parameters().Select(p => new NamedTensor(p.name, p.parameter))],
            recipe.LearningRate, weightDecay: options.WeightDecay);
        game = recipe.Adversarial is { } adversarial
            ? new LayerwiseGame(adversarial, reconstructor.Layers, reconstructor.Width, recipe.Seed, device)
            : null;
        // The backbone is frozen: its weights are those of its files, and no checkpoint needs them.
        State =
        [
            .. reconstructor.state_dict().Select(pair => new NamedTensor($"reconstructor.{pair.Key}", pair.Value)),
            .. optimizer.State,
            .. game?.State ?? [],
        ];
    }

    public IReadOnlyList<NamedTensor> State { get; }

    public void BeginEpoch(int epoch) =>
        optimizer.LearningRate = recipe.LearningRate * (epoch >= DecayAt * recipe.Epochs ? DecayTo : 1);

    public StepLosses Step(int step)
    {
        using var scope = NewDisposeScope();
        network.train();
        optimizer.ZeroGradients();
        var clean = network.Features(images.Draw(step)); // (B,C₀,h,w)
        // Jitter and dropout draw from the library's generator.
        random.manual_seed(Seeds.Derive(recipe.Seed, SeedPurpose.Step, step));
        var made = network.Reconstructor.Reconstruct(FeatureJitter.Of(clean, options.JitterScale));
        var loss = nn.functional.mse_loss(made.Features, clean);
        var turn = game?.Play(made.Decoder, step);
        (turn?.Penalty is { } penalty ? loss + penalty : loss).backward();
        game?.AfterBackward();
        nn.utils.clip_grad_norm_(network.Reconstructor.parameters(), options.ClipNorm);
        optimizer.Step();
        return new StepLosses(loss.item<float>(), turn?.Discriminator, turn?.Adversarial, turn?.Accuracy);
    }

    public FeaturePair Probe(int step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        network.eval();
        var decoder = network.Reconstructor.Reconstruct(network.Features(images.Draw(step))).Decoder;
        var (f0, f1) = (decoder[^2].contiguous(), decoder[^1].contiguous()); // (B,D,h,w) each
        return new FeaturePair(
            f0.MoveToOuterDisposeScope(), f1.MoveToOuterDisposeScope(), game?.AccuracyByPosition(f0, f1).MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        optimizer.Dispose();
        game?.Dispose();
    }
}
