using FewShotAD.Domain.Common;
using FewShotAD.TrainingJobs.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Weights;

/// <summary>Fills a network from a file's tensors: every one of the network's must be there in its shape, and nothing else.</summary>
public static class StrictLoading
{
    /// <summary>How many batches a batch norm has seen: in newer files only, and nothing that a trained network uses.</summary>
    public const string BatchCounter = ".num_batches_tracked";

    private static readonly string[] FloatingTypes = ["F16", "BF16", "F32", "F64"];

    /// <param name="file">What messages call the file.</param>
    /// <param name="ours">Tensors that no file has, because they are this program's own.</param>
    public static Result Fill(nn.Module network, IReadOnlyDictionary<string, StoredTensor> tensors, string file, params string[] ours)
    {
        var wanted = network.state_dict().Where(pair => !ours.Contains(pair.Key) && !IsCounter(pair.Key)).ToDictionary(StringComparer.Ordinal);
        // Everything is checked before anything is copied: a refused file leaves the network as it was.
        foreach (var (name, tensor) in wanted)
        {
            if (!tensors.TryGetValue(name, out var stored))
                return new WeightsRefused(file, $"the tensor {name} is missing");
            if (!stored.Shape.SequenceEqual(tensor.shape))
                return new WeightsRefused(file, $"the tensor {name} is {Shape(stored.Shape)}, and the network's is {Shape(tensor.shape)}");
            if (!FloatingTypes.Contains(stored.Type))
                return new WeightsRefused(file, $"the tensor {name} holds {stored.Type}, and weights are floating-point numbers");
        }

        if (tensors.Keys.Where(name => !wanted.ContainsKey(name) && !IsCounter(name)).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            return new WeightsRefused(file, $"the network has no tensor {unknown}; it is the file of another one");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, tensor) in wanted)
            tensor.copy_(TensorStorage.ToTensor(tensors[name]));
        return Result.Ok;
    }

    private static bool IsCounter(string name) => name.EndsWith(BatchCounter, StringComparison.Ordinal);

    private static string Shape(IEnumerable<long> shape) => string.Join('×', shape);
}
