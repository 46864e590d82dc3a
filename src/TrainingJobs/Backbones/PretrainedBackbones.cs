using FewShotAD.Domain.Common;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>Backbones filled from state dictionaries.</summary>
internal static class PretrainedBackbones
{
    /// <summary>TensorFlow's batch norms were trained with 1e-3 where PyTorch's have 1e-5.</summary>
    private const double EpsilonDifference = 1e-3 - 1e-5;

    public static Result<Backbone> ResNet(ResNet network, WeightSet files, CancellationToken ct)
    {
        var tensors = StateDictionaryFile.Read(files, ["layer4.", "fc."], ct);
        return tensors.Succeeded ? Filled(network, tensors.Value, files) : Failed(network, tensors.Error);
    }

    public static Result<Backbone> EfficientNet(EfficientNetB4 network, WeightSet files, CancellationToken ct)
    {
        var read = StateDictionaryFile.Read(files, ["features.6.", "features.7.", "features.8.", "classifier.", .. EfficientNetNames.Unused], ct);
        if (!read.Succeeded)
            return Failed(network, read.Error);
        if (!EfficientNetNames.Has(read.Value))
            return Filled(network, read.Value, files, EfficientNetB4.SamePaddingName);
        var renamed = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in read.Value)
        {
            if (!renamed.TryAdd(EfficientNetNames.ToTorchvision(name), tensor))
                return Failed(network, new WeightsRefused(files.Paths[0], $"the tensor {EfficientNetNames.ToTorchvision(name)} is there under two names"));
        }

        var filled = Filled(network, renamed, files, EfficientNetB4.SamePaddingName);
        if (filled.Succeeded)
            FromTensorFlow(network);
        return filled;
    }

    /// <summary>(x − m)/√(v + 1e-3) is (x − m)/√(v′ + 1e-5) with v′ = v + the difference: one network serves both.</summary>
    private static void FromTensorFlow(EfficientNetB4 network)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, tensor) in network.state_dict())
        {
            if (name.EndsWith(".running_var", StringComparison.Ordinal))
                tensor.add_(EpsilonDifference);
            if (name == EfficientNetB4.SamePaddingName)
                tensor.fill_(1);
        }
    }

    private static Result<Backbone> Filled(Backbone network, IReadOnlyDictionary<string, StoredTensor> tensors, WeightSet files, params string[] ours)
    {
        var filled = StrictLoading.Fill(network, tensors, files.Paths[0], ours);
        return filled.Succeeded ? network : Failed(network, filled.Error);
    }

    private static Result<Backbone> Failed(Backbone network, Error error)
    {
        network.Dispose();
        return Result<Backbone>.Fail(error);
    }
}
