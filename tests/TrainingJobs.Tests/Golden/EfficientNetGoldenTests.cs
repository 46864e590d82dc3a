using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Golden;

public sealed class EfficientNetGoldenTests
{
    [Fact]
    public void The_stages_equal_the_reference_when_its_file_is_loaded()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var folder = new TemporaryFolder();
        var parameters = GoldenFile.Parameters("efficientnet_b4_parameters.json", "backbone.");
        using (var file = File.Create(folder["efficientnet-b4-reference.safetensors"]))
            Safetensors.Write(file, [.. parameters], new Dictionary<string, string>());
        using var network = BackboneCatalog.Load(EfficientNetB4.Key, Parts.StoreOf(folder.Path), CancellationToken.None).Value;
        network.eval();

        // The reference takes its input as it is; Features would scale it first.
        var x = tensor(GoldenFile.Uniform("input.image", 3 * 224 * 224)).view(1, 3, 224, 224);
        var golden = GoldenFile.Read("efficientnet_b4.safetensors");
        for (var i = 0; i < 4; i++)
        {
            x = network.Stage(i, x);
            Assert.Equal([1, network.Card.Stages[i].Channels, 224 / network.Card.Stages[i].Stride, 224 / network.Card.Stages[i].Stride], x.shape);
            GoldenFile.AssertClose(golden[$"level{i}_channel_mean"], x.mean([2, 3]), 1e-4, $"means of level {i}");
            GoldenFile.AssertClose(golden[$"level{i}_corner"], x[.., .., ..4, ..4], 1e-4, $"corner of level {i}");
        }
    }
}
