using System.Text.Json;
using FewShotAD.Domain.Training;
using FewShotAD.TestKit;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Losses;
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

    /// <summary>
    /// The first loss to 1e-3 of itself, the second to 1e-3 (a mean of cosines has the scale 1). The third is chaotic on these
    /// white-noise images: 24 runs in single precision whose input differs by one rounding at random pixels give −0.0433 to −0.0469, double
    /// precision −0.042 to −0.047, the reference −0.0474. It can only be held to that spread; what the optimiser does is compared exactly in
    /// OptimizerTests. The figures are in docs/models/regad.md.
    /// </summary>
    [Fact]
    public void Losses_of_three_training_steps_equal_the_reference()
    {
        var golden = GoldenFile.Read("regad_train_steps.safetensors");
        var recipe = new TrainingRecipe { Shots = 2, Epochs = 1_000, StepsPerEpoch = 3, BatchSize = 2, Adversarial = null };
        using var task = new RegAdTask(network, recipe, new FixedEpisode(), CPU);
        task.BeginEpoch(0);
        Assert.Equal(golden["loss_0"].item<float>(), task.Step(1).Task, 5e-5);
        Assert.Equal(golden["loss_1"].item<float>(), task.Step(2).Task, 1e-3);
        Assert.Equal(golden["loss_2"].item<float>(), task.Step(3).Task, 5e-3);
    }

    /// <summary>
    /// Gradient norms against the reference, computed here in double precision. The norm of what each of the three optimisers steps
    /// along is held to 1e-3, and so is every parameter of encoder and predictor. A parameter below the spatial transformers is not: where a
    /// bilinear sample crosses from one pixel to the next its derivative jumps, so on white noise rounding decides. Single precision with one
    /// rounding more or less in the input gives norms that lie anywhere from 3.7e-3 to 3.8e-2 from the reference (largest over all
    /// parameters, 24 runs), double precision lies in the middle of them: 2.1e-2 at the second transformer, below 1e-2 everywhere else. No
    /// reading of the formulas that was tried comes nearer (docs/models/regad.md).
    /// </summary>
    [Fact]
    public void Gradient_norms_equal_the_reference()
    {
        var golden = GoldenFile.Read("regad_train_steps.safetensors");
        var names = JsonSerializer.Deserialize<string[]>(File.ReadAllText(SharedFiles.Golden("regad_grad_names.json")))!;
        network.to(float64);
        network.train();
        var (queries, supports) = new FixedEpisode().Draw(1);
        var query = network.Feature(queries.to(float64));
        var support = network.Feature(supports.to(float64).flatten(0, 1)).view(2, 2, 256, 14, 14).mean([1]);
        var (z1, z2) = (network.Encoder.call(query), network.Encoder.call(support));
        var (p1, p2) = (network.Predictor.call(z1), network.Predictor.call(z2));
        GoldenFile.AssertClose(golden["p1"].to(float64), p1, 1e-4, "p1");
        GoldenFile.AssertClose(golden["p2"].to(float64), p2, 1e-4, "p2");
        SiameseLoss.Of(p1, z1, p2, z2).backward();

        var parameters = network.named_parameters().ToDictionary(p => GoldenName(p.name), p => p.parameter);
        var norms = names.Select((name, i) => (
            Name: name, Expected: (double)golden["grad_norms"][i].item<float>(), Actual: parameters[name].grad!.norm().item<double>())).ToArray();
        foreach (var group in norms.GroupBy(norm => norm.Name[..norm.Name.IndexOf('.', StringComparison.Ordinal)]))
            AssertClose(group.Key, Length(group.Select(norm => norm.Expected)), Length(group.Select(norm => norm.Actual)), 1e-3);
        foreach (var (name, expected, actual) in norms)
            AssertClose(name, expected, actual, Tolerance(name));

        static double Tolerance(string name) =>
            name.StartsWith("stn.stn2.", StringComparison.Ordinal) ? 2.5e-2 : name.StartsWith("stn.", StringComparison.Ordinal) ? 1e-2 : 1e-3;

        static double Length(IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));

        static void AssertClose(string name, double expected, double actual, double tolerance) =>
            Assert.True(Math.Abs(expected - actual) <= tolerance * expected, $"{name}: {actual:g6}, reference {expected:g6}.");
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
