using System.Globalization;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.Adversarial;

/// <param name="Penalty">λ·L_adv to add to the task loss, null when it has no part in this step.</param>
/// <param name="Discriminator">L_D.</param>
/// <param name="Adversarial">L_adv, without λ.</param>
/// <param name="Accuracy">Share of positions at which the discriminator is right, before its step.</param>
public readonly record struct AdversarialTurn(Tensor? Penalty, double Discriminator, double Adversarial, double Accuracy);

/// <summary>
/// The adversarial loss for pairs (f0, f1) of features that should look alike: our reading of arXiv 2312.03005, written down in
/// docs/models/adversarial.md. With λ = 0, and while the discriminator warms up, the network gets nothing from it: not one bit.
/// </summary>
public sealed class AdversarialGame : IDisposable
{
    /// <summary>β₁ of the discriminator's Adam (arXiv 1511.06434): a longer moment would follow where the other player has been.</summary>
    private const double Beta1 = 0.5;

    private readonly AdversarialOptions options;
    private readonly string name;
    private readonly Discriminator discriminator;
    private readonly AdamOptimizer optimizer;

    /// <param name="seed">The recipe's seed: the discriminator's weights come from a stream of their own.</param>
    /// <param name="index">Which one, where a method has several.</param>
    public AdversarialGame(AdversarialOptions options, int channels, int seed, Device device, int index = 0)
    {
        this.options = options;
        name = string.Create(CultureInfo.InvariantCulture, $"discriminator.{index}");
        random.manual_seed(Seeds.Derive(seed, SeedPurpose.DiscriminatorWeights, index));
        discriminator = new Discriminator(channels);
        discriminator.to(device);
        optimizer = new AdamOptimizer(
            $"{name}.adam", [.. discriminator.named_parameters().Select(p => new NamedTensor(p.name, p.parameter))],
            options.DiscriminatorLearningRate, Beta1);
    }

    /// <summary>What a checkpoint carries.</summary>
    public IEnumerable<NamedTensor> State =>
        discriminator.state_dict().Select(pair => new NamedTensor($"{name}.{pair.Key}", pair.Value)).Concat(optimizer.State);

    /// <summary>One turn at step <paramref name="step"/> (from 1) for features f0, f1 of shape (B,C,H,W).</summary>
    public AdversarialTurn Play(Tensor f0, Tensor f1, int step)
    {
        // The network's step left gradients here when its loss ran through the discriminator.
        optimizer.ZeroGradients();
        var takesPart = options.Weight > 0 && step > options.WarmUpSteps;
        return options.Mode == AdversarialMode.GradientReversal ? Reverse(f0, f1, takesPart) : Alternate(f0, f1, takesPart);
    }

    /// <summary>The gradients of a reversed turn reach the discriminator with the network's backward pass; this uses them.</summary>
    public void AfterBackward()
    {
        if (options.Mode == AdversarialMode.GradientReversal)
            optimizer.Step();
    }

    /// <summary>Share of the vectors of f0 and f1 (B,C,H,W) that the discriminator places rightly, per position (H,W).</summary>
    public Tensor AccuracyByPosition(Tensor f0, Tensor f1)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Right(discriminator.call(f0), discriminator.call(f1)).mean([0, 1]).MoveToOuterDisposeScope(); // (B,1,H,W) → (H,W)
    }

    public void Dispose()
    {
        optimizer.Dispose();
        discriminator.Dispose();
    }

    private AdversarialTurn Alternate(Tensor f0, Tensor f1, bool takesPart)
    {
        var (real, mirrored) = (discriminator.call(f0.detach()), discriminator.call(f1.detach())); // (B,1,H,W) each
        var accuracy = Accuracy(real, mirrored);
        var loss = (Distance(real, 1) + Distance(mirrored, 0)) * 0.5f;
        loss.backward();
        optimizer.Step();
        if (!takesPart)
        {
            using var noGrad = no_grad();
            return new AdversarialTurn(null, loss.item<float>(), Confusion(f0, f1).item<float>(), accuracy);
        }

        var adversarial = Confusion(f0, f1);
        return new AdversarialTurn(adversarial * (float)options.Weight, loss.item<float>(), adversarial.item<float>(), accuracy);
    }

    /// <summary>L_adv: the network wants each branch to be taken for the other.</summary>
    private Tensor Confusion(Tensor f0, Tensor f1)
    {
        if (options.Side == AdversarialSide.OneSided)
            return Distance(discriminator.call(f1), 1);
        return (Distance(discriminator.call(f0), 0) + Distance(discriminator.call(f1), 1)) * 0.5f;
    }

    /// <summary>One backward pass serves both players: L_D, with the features' gradient turned round and scaled by λ (arXiv 1409.7495).</summary>
    private AdversarialTurn Reverse(Tensor f0, Tensor f1, bool takesPart)
    {
        var weight = takesPart ? (float)options.Weight : 0f;
        var real = discriminator.call(TurnRound(f0, options.Side == AdversarialSide.OneSided ? 0f : weight));
        var mirrored = discriminator.call(TurnRound(f1, weight));
        var accuracy = Accuracy(real, mirrored);
        var loss = (Distance(real, 1) + Distance(mirrored, 0)) * 0.5f;
        var value = loss.item<float>();
        if (takesPart)
            return new AdversarialTurn(loss, value, -value, accuracy);
        // Its own backward pass: the features are detached, and the network's graph stays what the plain method has.
        loss.backward();
        return new AdversarialTurn(null, value, -value, accuracy);
    }

    /// <summary>The same values forward, −weight times the gradient backward.</summary>
    private static Tensor TurnRound(Tensor f, float weight)
    {
        var still = f.detach();
        return weight == 0 ? still : still + ((still - f) * weight);
    }

    private Tensor Distance(Tensor logits, float target)
    {
        var wanted = full_like(logits, target);
        return options.Loss == AdversarialLossKind.LeastSquares
            ? nn.functional.mse_loss(logits, wanted)
            : nn.functional.binary_cross_entropy_with_logits(logits, wanted);
    }

    private double Accuracy(Tensor real, Tensor mirrored)
    {
        using var noGrad = no_grad();
        return Right(real, mirrored).mean().item<float>();
    }

    /// <summary>
    /// Per position the share (0, ½ or 1) of the two that is placed rightly. A logit says "first branch" above the middle of its two
    /// targets: 0 for cross-entropy, ½ for least squares.
    /// </summary>
    private Tensor Right(Tensor real, Tensor mirrored)
    {
        var middle = options.Loss == AdversarialLossKind.LeastSquares ? 0.5f : 0f;
        return (real.gt(middle).to(float32) + mirrored.le(middle).to(float32)) / 2; // (B,1,H,W)
    }
}
