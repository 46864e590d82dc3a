using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Tests.Support;
using FewShotAD.TrainingJobs.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Backbones;

public sealed class BackboneLoadingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    public static TheoryData<string> FromFiles => [ResNet18.Key, WideResNet50.Key, EfficientNetB4.Key];

    /// <summary>Names and shapes as torchvision publishes them, one of each kind of layer.</summary>
    [Theory]
    [InlineData(
        ResNet18.Key, 90, "conv1.weight 64×3×7×7", "layer1.1.bn2.running_var 64", "layer2.0.downsample.0.weight 128×64×1×1", "layer3.1.conv2.weight 256×256×3×3")]
    [InlineData(
        WideResNet50.Key, 258, "bn1.bias 64", "layer1.0.conv2.weight 128×128×3×3", "layer1.0.downsample.1.running_mean 256", "layer2.3.conv3.weight 512×256×1×1",
        "layer3.0.downsample.0.weight 1024×512×1×1", "layer3.5.conv1.weight 512×1024×1×1")]
    [InlineData(
        EfficientNetB4.Key, 478, "features.0.0.weight 48×3×3×3", "features.1.0.block.0.0.weight 48×1×3×3", "features.1.1.block.1.fc1.weight 6×24×1×1",
        "features.2.0.block.0.0.weight 144×24×1×1", "features.3.0.block.1.0.weight 192×1×5×5",
        "features.5.5.block.2.fc2.bias 960", "features.5.5.block.3.1.weight 160")]
    public void Names_and_shapes_are_those_of_torchvision(string backbone, int count, params string[] expected)
    {
        using var network = BackboneCatalog.Create(backbone).Value;
        var names = network.state_dict().Where(pair => pair.Key != EfficientNetB4.SamePaddingName)
            .Select(pair => $"{pair.Key} {string.Join('×', pair.Value.shape)}".TrimEnd()).ToHashSet();
        Assert.Superset(expected.ToHashSet(), names);
        Assert.Equal(count, names.Count);
    }

    [Theory]
    [MemberData(nameof(FromFiles))]
    public void A_published_file_fills_every_tensor_and_its_classifier_is_left_out(string backbone)
    {
        var tensors = WeightFiles.Untrained(backbone);
        using var network = Load(backbone, tensors).Value;
        foreach (var (name, value) in network.state_dict().Where(pair => pair.Key != EfficientNetB4.SamePaddingName))
            Assert.Equal(tensors[name].Bytes.ToArray(), value.bytes.ToArray());
        Assert.Equal(backbone, network.Card.Name);
    }

    [Theory]
    [MemberData(nameof(FromFiles))]
    public void Files_without_batch_counters_and_files_of_half_precision_load(string backbone)
    {
        var tensors = WeightFiles.Untrained(backbone)
            .Where(pair => !pair.Key.EndsWith(StrictLoading.BatchCounter, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key, pair => Half(pair.Value));
        using var network = Load(backbone, tensors).Value;
        Assert.All(network.parameters(), parameter => Assert.Equal(float32, parameter.dtype));
    }

    [Theory]
    [MemberData(nameof(FromFiles))]
    public void What_is_missing_too_much_or_of_another_shape_is_named(string backbone)
    {
        var whole = WeightFiles.Untrained(backbone);
        var first = whole.Keys.First(name => name.EndsWith(".weight", StringComparison.Ordinal));
        Refused(whole.Where(pair => pair.Key != first), $"{first} is missing");
        Refused(whole.Append(KeyValuePair.Create("layer9.weight", whole[first])), "no tensor layer9.weight");
        Refused(whole.Select(pair => pair.Key == first ? KeyValuePair.Create(first, TensorStorage.Store(rand(2, 3))) : pair), $"{first} is 2×3");
        Refused(whole.Select(pair => pair.Key == first ? KeyValuePair.Create(first, Counted(pair.Value)) : pair), $"{first} holds I64");

        void Refused(IEnumerable<KeyValuePair<string, StoredTensor>> tensors, string why)
        {
            var refused = Assert.IsType<WeightsRefused>(Load(backbone, tensors.ToDictionary(StringComparer.Ordinal)).Error);
            Assert.Contains(why, refused.Message, StringComparison.Ordinal);
            Assert.Contains($"{backbone}.safetensors", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_networks_file_is_refused()
    {
        var error = Load(WideResNet50.Key, WeightFiles.Untrained(ResNet18.Key)).Error;
        Assert.IsType<WeightsRefused>(error);
        File.WriteAllText(folder["resnet18.pth"], "no weights");
        Assert.IsType<WeightsRefused>(BackboneCatalog.Load(ResNet18.Key, Parts.StoreOf(folder.Path), CancellationToken.None).Error);
        Assert.IsType<UnknownBackbone>(BackboneCatalog.Load("alexnet", Parts.Weights, CancellationToken.None).Error);
    }

    [Fact]
    public void The_padding_of_efficientnet_goes_with_its_weights()
    {
        using var plain = Load(EfficientNetB4.Key, WeightFiles.Untrained(EfficientNetB4.Key)).Value;
        using var copy = BackboneCatalog.Create(EfficientNetB4.Key).Value;
        Assert.Equal(0, plain.state_dict()[EfficientNetB4.SamePaddingName].item<long>());
        NamedTensor[] of(Backbone network) => [.. network.state_dict().Select(pair => new NamedTensor(pair.Key, pair.Value))];
        foreach (var same in (long[])[1, 0])
        {
            plain.state_dict()[EfficientNetB4.SamePaddingName].fill_(same);
            using var memory = new MemoryStream();
            TensorStorage.Save(memory, of(plain), new Dictionary<string, string>());
            TensorStorage.Restore(TensorStorage.Load(memory.ToArray()), of(copy));
            Assert.Equal(Stages(plain), Stages(copy));
        }

        var symmetric = Stages(plain);
        plain.state_dict()[EfficientNetB4.SamePaddingName].fill_(1);
        Assert.NotEqual(symmetric, Stages(plain));

        static byte[] Stages(Backbone network)
        {
            using var noGrad = no_grad();
            network.eval();
            return network.Features(linspace(0, 1, 3 * 64 * 64).view(1, 3, 64, 64))[^1].contiguous().bytes.ToArray();
        }
    }

    private static StoredTensor Half(StoredTensor stored)
    {
        var half = TensorStorage.ToTensor(stored).to(float16);
        return new StoredTensor("F16", stored.Shape, half.bytes.ToArray());
    }

    private static StoredTensor Counted(StoredTensor stored) => TensorStorage.Store(zeros([.. stored.Shape], dtype: int64));

    private Result<Backbone> Load(string backbone, Dictionary<string, StoredTensor> tensors)
    {
        Assert.Contains(BackboneChoice.All, choice => choice.Name == backbone);
        WeightFiles.Write(folder[$"{backbone}.safetensors"], tensors);
        return BackboneCatalog.Load(backbone, Parts.StoreOf(folder.Path), CancellationToken.None);
    }
}
