using FewShotAD.TrainingJobs.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Training;

/// <summary>
/// Adam (arXiv 1412.6980) with β = (0.5, 0.999), the choice that adversarial training settled on (arXiv 1511.06434): a long first
/// moment would follow where the other player has been. Written out because a checkpoint must carry its moments by name.
/// </summary>
public sealed class AdamOptimizer : IDisposable
{
    private const double Beta1 = 0.5;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly IReadOnlyList<NamedTensor> parameters;
    private readonly List<NamedTensor> first = [];
    private readonly List<NamedTensor> second = [];
    private readonly NamedTensor steps;
    private readonly double learningRate;

    /// <param name="name">Prefix of the moments in a checkpoint.</param>
    public AdamOptimizer(string name, IReadOnlyList<NamedTensor> parameters, double learningRate)
    {
        this.parameters = parameters;
        this.learningRate = learningRate;
        using var noGrad = no_grad();
        foreach (var (key, tensor) in parameters)
        {
            first.Add(new NamedTensor($"{name}.first.{key}", zeros_like(tensor).DetachFromDisposeScope()));
            second.Add(new NamedTensor($"{name}.second.{key}", zeros_like(tensor).DetachFromDisposeScope()));
        }

        steps = new NamedTensor($"{name}.steps", zeros(1, dtype: int64).DetachFromDisposeScope());
    }

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
        var size = learningRate / (1 - Math.Pow(Beta1, count));
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, count));
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Tensor.grad is not { } gradient)
                continue;
            var m = first[i].Tensor.mul_(Beta1).add_(gradient, alpha: 1 - Beta1);
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
