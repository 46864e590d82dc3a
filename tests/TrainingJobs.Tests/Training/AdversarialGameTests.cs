using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Models.Adversarial;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Training;

public sealed class AdversarialGameTests
{
    private static readonly AdversarialOptions Fast = new() { DiscriminatorLearningRate = 2e-3 };

    [Theory]
    [InlineData(AdversarialLossKind.Bce, AdversarialMode.Alternating)]
    [InlineData(AdversarialLossKind.LeastSquares, AdversarialMode.Alternating)]
    [InlineData(AdversarialLossKind.Bce, AdversarialMode.GradientReversal)]
    public void The_discriminator_learns_what_can_be_told_apart(AdversarialLossKind loss, AdversarialMode mode) =>
        Assert.True(Accuracy(Fast with { Loss = loss, Mode = mode }, shuffled: false) > 0.9);

    [Fact]
    public void On_shuffled_labels_the_discriminator_learns_nothing() => Assert.InRange(Accuracy(Fast, shuffled: true), 0.35, 0.65);

    [Fact]
    public void Symmetric_play_moves_both_branches_and_one_sided_play_the_second_only()
    {
        foreach (var mode in Enum.GetValues<AdversarialMode>())
        {
            Assert.All(Gradients(Fast with { Mode = mode }), norm => Assert.True(norm > 0));
            var (first, second) = (Gradients(Fast with { Mode = mode, Side = AdversarialSide.OneSided }) is [var a, var b]) ? (a, b) : default;
            Assert.Equal(0, first);
            Assert.True(second > 0);
        }
    }

    [Fact]
    public void Both_modes_push_the_features_the_same_way()
    {
        // With targets swapped (alternating) or the gradient reversed, a feature moves to where the discriminator is less sure.
        using var scope = NewDisposeScope();
        var (alternating, reversed) = (Push(AdversarialMode.Alternating), Push(AdversarialMode.GradientReversal));
        Assert.True((alternating * reversed).sum().item<float>() > 0);
    }

    private static Tensor Push(AdversarialMode mode)
    {
        using var game = new AdversarialGame(Fast with { Mode = mode, DiscriminatorLearningRate = 1e-9 }, 6, 1, CPU);
        random.manual_seed(4);
        var (f0, f1) = (rand(2, 6, 3, 3).requires_grad_(), rand(2, 6, 3, 3).requires_grad_());
        game.Play(f0, f1, 1).Penalty!.backward();
        return f1.grad!;
    }

    private static float[] Gradients(AdversarialOptions options)
    {
        using var scope = NewDisposeScope();
        using var game = new AdversarialGame(options, 6, 1, CPU);
        var (f0, f1) = (rand(2, 6, 3, 3).requires_grad_(), rand(2, 6, 3, 3).requires_grad_());
        var turn = game.Play(f0, f1, 1);
        ((f0.sum() + f1.sum()) * 0 + turn.Penalty!).backward();
        game.AfterBackward();
        return [f0.grad!.norm().item<float>(), f1.grad!.norm().item<float>()];
    }

    private static double Accuracy(AdversarialOptions options, bool shuffled)
    {
        using var game = new AdversarialGame(options with { Weight = 0 }, 6, 1, CPU);
        random.manual_seed(2);
        var order = new Random(8);
        var last = 0.0;
        for (var step = 1; step <= 150; step++)
        {
            using var scope = NewDisposeScope();
            var (f0, f1) = (randn(4, 6, 4, 4) + 0.8f, randn(4, 6, 4, 4) - 0.8f);
            var turn = shuffled && order.Next(2) == 0 ? game.Play(f1, f0, step) : game.Play(f0, f1, step);
            game.AfterBackward();
            if (step > 100)
                last += turn.Accuracy / 50;
        }

        return last;
    }
}
