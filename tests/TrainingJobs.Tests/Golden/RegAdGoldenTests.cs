using System.Text.Json;
using FewShotAD.Domain.Training;
using FewShotAD.TestKit;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Models.RegAd;
using FewShotAD.TrainingJobs.Scoring;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Golden;

public sealed class RegAdGoldenTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly RegAdNetwork network = new(new ResNet18(InputScaling.None), 224);

    public RegAdGoldenTests() => GoldenFile.Fill(network, "regad_parameters.json", GoldenName);

    public void Dispose()
    {
        network.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void Forward_pass_equals_the_reference()
    {
        var golden = GoldenFile.Read("regad_forward.safetensors");
        network.eval();
        using var noGrad = no_grad();
        var query = GoldenFile.Input("input.query", 2, 3, 224, 224);

        var (stages, thetas) = network.Register(query);
        for (var i = 0; i < 3; i++)
            GoldenFile.AssertClose(golden[$"theta{i + 1}"], thetas[i], 1e-4, $"theta{i + 1}");
        GoldenFile.AssertClose(golden["query_feat"], stages[2], 1e-4, "query_feat");
        var z = network.Encoder.call(stages[2]);
        GoldenFile.AssertClose(golden["z"], z, 1e-4, "z");
        GoldenFile.AssertClose(golden["p"], network.Predictor.call(z), 1e-4, "p");

        var aligned = network.Aligned(query);
        GoldenFile.AssertClose(golden["layer1"], aligned[0][..1], 1e-4, "layer1");
        GoldenFile.AssertClose(golden["layer2"], aligned[1][..1], 1e-4, "layer2");
        GoldenFile.AssertClose(golden["layer3"], aligned[2], 1e-4, "layer3");

        using var features = new StageFeatures(aligned);
        var joined = features.Block(0, 56).view(56, 56, 2, 448);
        (int Row, int Column)[] positions = [(0, 0), (0, 55), (13, 40), (27, 28), (55, 55)];
        var samples = stack([.. positions.Select(at => joined[at.Row, at.Column])], 1); // (2,5,448)
        GoldenFile.AssertClose(golden["embedding_samples"], samples, 1e-4, "joined embedding");
    }

    [Fact]
    public void Three_training_steps_equal_the_reference()
    {
        var golden = GoldenFile.Read("regad_train_steps.safetensors");
        var names = JsonSerializer.Deserialize<string[]>(File.ReadAllText(SharedFiles.Golden("regad_grad_names.json")))!;
        var recipe = new TrainingRecipe { Shots = 2, Epochs = 1_000, StepsPerEpoch = 3, BatchSize = 2, Adversarial = null };
        using var task = new RegAdTask(network, recipe, new FixedEpisode(), CPU);

        task.BeginEpoch(0);
        Assert.Equal(golden["loss_0"].item<float>(), task.Step(1).Task, 1e-4);
        var parameters = network.named_parameters().ToDictionary(p => GoldenName(p.name), p => p.parameter);
        for (var i = 0; i < names.Length; i++)
        {
            var (expected, actual) = (golden["grad_norms"][i].item<float>(), parameters[names[i]].grad!.norm().item<float>());
            Assert.True(Math.Abs(expected - actual) <= 1e-3 * Math.Max(expected, 1e-4), $"{names[i]}: {actual:g6}, reference {expected:g6}.");
        }

        Assert.Equal(golden["loss_1"].item<float>(), task.Step(2).Task, 1e-3);
        Assert.Equal(golden["loss_2"].item<float>(), task.Step(3).Task, 1e-3);
    }

    /// <summary>The reference keeps its parts in three models; ours are one.</summary>
    internal static string GoldenName(string name)
    {
        var (first, rest) = (name[..name.IndexOf('.', StringComparison.Ordinal)], name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        return first switch
        {
            "backbone" => $"stn.{rest}",
            "encoder" => $"enc.{rest}",
            "predictor" => $"pred.{rest}",
            _ => $"stn.{name}",
        };
    }

    private sealed class FixedEpisode : IEpisodeSource
    {
        public Episode Draw(int step) =>
            new(GoldenFile.Input("input.query", 2, 3, 224, 224), GoldenFile.Input("input.supports", 4, 3, 224, 224).view(2, 2, 3, 224, 224));
    }
}
