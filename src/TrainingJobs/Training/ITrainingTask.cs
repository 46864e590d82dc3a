using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Training;

/// <summary>The losses of a step; those of the discriminator are null without an adversarial loss.</summary>
public readonly record struct StepLosses(double Task, double? Discriminator = null, double? Adversarial = null, double? Accuracy = null)
{
    public bool Finite =>
        double.IsFinite(Task) && double.IsFinite(Discriminator ?? 0) && double.IsFinite(Adversarial ?? 0) && double.IsFinite(Accuracy ?? 0);
}

/// <summary>What a method does in training: everything but the loop around it.</summary>
public interface ITrainingTask : IDisposable
{
    /// <summary>Everything that the next step depends on: weights, buffers and the optimisers' moments. Live tensors.</summary>
    IReadOnlyList<NamedTensor> State { get; }

    /// <param name="epoch">From 0.</param>
    void BeginEpoch(int epoch);

    /// <summary>One optimisation step. Its random numbers come from the recipe's seed and <paramref name="step"/> alone.</summary>
    /// <param name="step">From 1 over the whole run.</param>
    StepLosses Step(int step);
}

/// <summary>The published schedule of RegAD: half a cosine from the learning rate to nearly nothing, one value per epoch.</summary>
public static class CosineSchedule
{
    public static double At(double learningRate, int epoch, int epochs) => learningRate * 0.5 * (1 + Math.Cos(Math.PI * epoch / epochs));
}
