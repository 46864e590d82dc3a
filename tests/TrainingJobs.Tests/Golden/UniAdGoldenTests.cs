using System.Text.Json;
using FewShotAD.Domain.Training;
using FewShotAD.TestKit;
using FewShotAD.TrainingJobs.Models.UniAd;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Golden;

public sealed class UniAdGoldenTests : IDisposable
{
    private const int Side = 14;
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(PositionEmbedding.Learned, "uniad_forward_learned.safetensors")]
    [InlineData(PositionEmbedding.Sine, "uniad_forward_sine.safetensors")]
    public void Reconstruction_loss_and_gradients_equal_the_reference(PositionEmbedding embedding, string file)
    {
        var golden = GoldenFile.Read(file);
        using var network = new FeatureReconstructor(272, Side, new UniAdOptions { PositionEmbedding = embedding }, new TransformerSize());
        GoldenFile.Fill(network, "uniad_parameters.json", GoldenName);
        network.eval();
        var features = tensor(GoldenFile.Uniform("input.feature_align", 2 * 272 * Side * Side)).view(2, 272, Side, Side);

        var made = network.Reconstruct(features);
        GoldenFile.AssertClose(golden["pos_embed"], network.Position(), 1e-4, "position embedding");
        GoldenFile.AssertClose(golden["encoder_out"], Tokens(made.Decoder[0]), 1e-4, "encoder output");
        GoldenFile.AssertClose(golden["feature_rec"], made.Features[..1], 1e-4, "reconstruction");
        var distance = UniAdNetwork.Distance(made.Features, features); // (2,14,14)
        GoldenFile.AssertClose(golden["pred_14"], distance, 1e-4, "distances");
        var enlarged = UniAdModel.Enlarge(distance, 224).view(2, 14, 16, 224)[.., .., 0]; // every 16th row
        GoldenFile.AssertClose(golden["pred_224_rows"], enlarged, 1e-4, "score map");

        var loss = nn.functional.mse_loss(made.Features, features);
        Assert.Equal(golden["loss"].item<float>(), loss.item<float>(), golden["loss"].item<float>() * 1e-4);
        loss.backward();
        var parameters = network.named_parameters().ToDictionary(p => GoldenName(p.name), p => p.parameter);
        var names = JsonSerializer.Deserialize<string[]>(File.ReadAllText(SharedFiles.Golden("uniad_grad_names.json")))!
            .Where(parameters.ContainsKey).ToArray();
        Assert.Equal(golden["grad_norms"].shape[0], names.Length);
        Assert.Equal(parameters.Count, names.Length);
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
        {
            var (expected, actual) = (golden["grad_norms"][i].item<float>(), parameters[name].grad!.norm().item<float>());
            Assert.True(Math.Abs(expected - actual) <= 1e-3 * expected, $"{name}: {actual:g6}, reference {expected:g6}.");
        }
    }

    [Fact]
    public void The_output_of_the_decoder_equals_the_reference()
    {
        var golden = GoldenFile.Read("uniad_forward_learned.safetensors");
        using var network = new FeatureReconstructor(272, Side, new UniAdOptions(), new TransformerSize());
        GoldenFile.Fill(network, "uniad_parameters.json", GoldenName);
        network.eval();
        using var noGrad = no_grad();
        var features = tensor(GoldenFile.Uniform("input.feature_align", 2 * 272 * Side * Side)).view(2, 272, Side, Side);
        // The reference's decoder ends with the norm.
        var last = network.Reconstruct(features).Decoder[^1];
        var weights = network.state_dict();
        var normed = nn.functional.layer_norm(last.flatten(2).transpose(1, 2), [256], weights["norm.weight"], weights["norm.bias"]);
        GoldenFile.AssertClose(golden["decoder_out"], normed.transpose(0, 1)[.., ..1], 1e-4, "decoder output");
    }

    [Fact]
    public void The_neighbour_mask_equals_the_reference()
    {
        var golden = GoldenFile.Read("uniad_forward_learned.safetensors");
        var row = NeighbourMask.Of(Side, 7)[100];
        // The reference keeps 0 where a position is hidden.
        Assert.Equal(golden["neighbour_mask_row_100"].eq(0).data<bool>().ToArray(), row.isinf().data<bool>().ToArray());
        Assert.Equal(0, row.nan_to_num(0, 0, 0).abs().sum().item<float>());
    }

    [Fact]
    public void The_neck_equals_the_reference()
    {
        var golden = GoldenFile.Read("uniad_neck.safetensors");
        (int Channels, int Side)[] levels = [(24, 112), (32, 56), (56, 28), (160, 14)];
        var stages = levels.Select((level, i) =>
            tensor(GoldenFile.Uniform($"input.level{i}", level.Channels * level.Side * level.Side)).view(1, level.Channels, level.Side, level.Side)).ToArray();
        GoldenFile.AssertClose(golden["feature_align"], FeatureNeck.Join(stages, Side), 1e-4, "neck");
    }

    /// <summary>Item 0 of (B,D,h,w) as the reference has it: (hw,1,D).</summary>
    private static Tensor Tokens(Tensor grid) => grid[..1].flatten(2).permute(2, 0, 1);

    private static string GoldenName(string name) => name switch
    {
        "pos_embed.row_embed" or "pos_embed.col_embed" => $"uniad.{name}.weight",
        "norm.weight" or "norm.bias" => $"uniad.transformer.decoder.{name}",
        _ when name.EndsWith("learned_embed", StringComparison.Ordinal) => $"uniad.transformer.{Layers(name)}.weight",
        _ when name.StartsWith("encoder.", StringComparison.Ordinal) || name.StartsWith("decoder.", StringComparison.Ordinal) =>
            $"uniad.transformer.{Layers(name)}",
        _ => $"uniad.{name}",
    };

    private static string Layers(string name) =>
        $"{name[..name.IndexOf('.', StringComparison.Ordinal)]}.layers{name[name.IndexOf('.', StringComparison.Ordinal)..]}";
}
