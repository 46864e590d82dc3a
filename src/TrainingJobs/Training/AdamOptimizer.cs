using FewShotAD.TrainingJobs.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Training;

/// <summary>
/// Adam (arXiv 1412.6980), with decoupled weight decay when asked for (AdamW, arXiv 1711.05101). Written out because a checkpoint must
/// carry its moments by name.
/// </summary>
public sealed class AdamOptimizer : IDisposable
{
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly IReadOnlyList<NamedTensor> parameters;
    private readonly List<NamedTensor> first = [];
    private readonly List<NamedTensor> second = [];
    private readonly NamedTensor steps;
    private readonly double beta1;
    private readonly double weightDecay;

    /// <param name="name">Prefix of the moments in a checkpoint.</param>
    /// <param name="beta1">Share of the first moment that a step keeps.</param>
    /// <param name="weightDecay">Times the learning rate: the share of each weight that a step takes away.</param>
    public AdamOptimizer(string name, IReadOnlyList<NamedTensor> parameters, double learningRate, double beta1 = 0.9, double weightDecay = 0)
    {
        this.parameters = parameters;
        (this.beta1, this.weightDecay) = (beta1, weightDecay);
        LearningRate = learningRate;
        using var noGrad = no_grad();
        foreach (var (key, tensor) in parameters)
        {
            first.Add(new NamedTensor($"{name}.first.{key}", zeros_like(tensor).DetachFromDisposeScope()));
            second.Add(new NamedTensor($"{name}.second.{key}", zeros_like(tensor).DetachFromDisposeScope()));
        }

        steps = new NamedTensor($"{name}.steps", zeros(1, dtype: int64).DetachFromDisposeScope());
    }

    public double LearningRate { get; set; }

    public IEnumerable<NamedTensor> State => first.Concat(second).Append(steps);

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
        steps.Tensor.add_(1);
        var count = steps.Tensor.item<long>();
        var size = LearningRate / (1 - Math.Pow(beta1, count));
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, count));
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Tensor.grad is not { } gradient)
                continue;
            if (weightDecay > 0)
                parameters[i].Tensor.mul_(1 - (LearningRate * weightDecay));
            var m = first[i].Tensor.mul_(beta1).add_(gradient, alpha: 1 - beta1);
            var v = second[i].Tensor.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            parameters[i].Tensor.addcdiv_(m, v.sqrt().div_(correction).add_(Epsilon), -size);
        }
    }

    public void Dispose()
    {
        foreach (var (_, tensor) in State)
            tensor.Dispose();
    }
}
