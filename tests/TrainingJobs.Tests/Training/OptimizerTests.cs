using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Training;

/// <summary>Ours, which a checkpoint can carry, against the library's.</summary>
public sealed class OptimizerTests
{
    [Fact]
    public void Momentum_sgd_steps_like_the_librarys()
    {
        using var scope = NewDisposeScope();
        var (mine, theirs) = Twins();
        using var ours = new MomentumSgd("sgd", [new NamedTensor("w", mine)], 0.05, 0.9);
        using var library = optim.SGD([theirs], 0.05, momentum: 0.9);
        Compare(mine, theirs, ours.ZeroGradients, ours.Step, library);
    }

    [Fact]
    public void Adam_steps_like_the_librarys()
    {
        using var scope = NewDisposeScope();
        var (mine, theirs) = Twins();
        using var ours = new AdamOptimizer("adam", [new NamedTensor("w", mine)], 0.05, beta1: 0.5);
        using var library = optim.Adam([theirs], 0.05, beta1: 0.5, beta2: 0.999);
        Compare(mine, theirs, ours.ZeroGradients, ours.Step, library);
    }

    [Fact]
    public void Adam_with_decoupled_weight_decay_steps_like_the_librarys()
    {
        using var scope = NewDisposeScope();
        var (mine, theirs) = Twins();
        using var ours = new AdamOptimizer("adam", [new NamedTensor("w", mine)], 0.05, weightDecay: 0.1);
        using var library = optim.AdamW([theirs], 0.05, weight_decay: 0.1);
        Compare(mine, theirs, ours.ZeroGradients, ours.Step, library);
    }

    [Fact]
    public void The_cosine_goes_from_the_rate_to_nearly_nothing()
    {
        Assert.Equal(1e-4, CosineSchedule.At(1e-4, 0, 50), 12);
        Assert.Equal(0.5e-4, CosineSchedule.At(1e-4, 25, 50), 12);
        Assert.Equal(0, CosineSchedule.At(1e-4, 50, 50), 12);
    }

    private static (Parameter Mine, Parameter Theirs) Twins()
    {
        var start = linspace(-2, 3, 7);
        return (new Parameter(start.clone()), new Parameter(start.clone()));
    }

    private static void Compare(Parameter mine, Parameter theirs, Action zero, Action step, optim.Optimizer library)
    {
        for (var i = 0; i < 8; i++)
        {
            zero();
            library.zero_grad();
            ((mine - 1).pow(2) + mine.cos()).sum().backward();
            ((theirs - 1).pow(2) + theirs.cos()).sum().backward();
            step();
            library.step();
        }

        Assert.True((mine - theirs).abs().max().item<float>() < 1e-5);
        Assert.False(mine.equal(linspace(-2, 3, 7)).all().item<bool>());
    }
}
