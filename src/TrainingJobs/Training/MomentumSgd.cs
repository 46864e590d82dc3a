using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Training;

/// <summary>
/// SGD with momentum as PyTorch defines it: v ← μ·v + g, w ← w − lr·v. Written out because a checkpoint must carry v by name.
/// </summary>
public sealed class MomentumSgd : IDisposable
{
    private readonly IReadOnlyList<NamedTensor> parameters;
    private readonly List<NamedTensor> velocities = [];
    private readonly double momentum;

    /// <param name="name">Prefix of the velocities in a checkpoint.</param>
    public MomentumSgd(string name, IReadOnlyList<NamedTensor> parameters, double learningRate, double momentum)
    {
        this.parameters = parameters;
        this.momentum = momentum;
        LearningRate = learningRate;
        using var noGrad = no_grad();
        foreach (var (key, tensor) in parameters)
            velocities.Add(new NamedTensor($"{name}.{key}", zeros_like(tensor).DetachFromDisposeScope()));
    }

    public double LearningRate { get; set; }

    public IReadOnlyList<NamedTensor> State => velocities;

    public void ZeroGradients()
    {
        foreach (var (_, tensor) in parameters)
        {
            using var gradient = tensor.grad;
            gradient?.zero_();
        }
    }

    public void Step()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Tensor.grad is not { } gradient)
                continue;
            var velocity = velocities[i].Tensor;
            velocity.mul_(momentum).add_(gradient);
            parameters[i].Tensor.add_(velocity, alpha: -LearningRate);
        }
    }

    public void Dispose() => velocities.ForEach(velocity => velocity.Tensor.Dispose());
}
