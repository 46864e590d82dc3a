using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Support;

/// <summary>Files of weights that nobody trained, in the form of the published ones.</summary>
internal static class WeightFiles
{
    /// <summary>What a published file of the backbone holds: the network's tensors and those that it has no use for.</summary>
    public static Dictionary<string, StoredTensor> Untrained(string backbone)
    {
        random.manual_seed(3);
        using var scope = NewDisposeScope();
        using var network = BackboneCatalog.Create(backbone).Value;
        var tensors = network.state_dict().Where(pair => pair.Key != EfficientNetB4.SamePaddingName)
            .ToDictionary(pair => pair.Key, pair => TensorStorage.Store(pair.Value));
        foreach (var name in backbone == EfficientNetB4.Key
            ? (string[])["features.6.0.block.0.0.weight", "features.8.1.bias", "classifier.1.weight", "classifier.1.bias"]
            : ["layer4.0.conv1.weight", "layer4.0.bn1.num_batches_tracked", "fc.weight", "fc.bias"])
            tensors[name] = TensorStorage.Store(rand(3, 4));
        return tensors;
    }

    public static void Write(string path, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        Safetensors.Write(file, [.. tensors], new Dictionary<string, string>());
    }
}
