using FewShotAD.Imaging;
using FewShotAD.TestKit;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Models.RegAd;
using FewShotAD.TrainingJobs.Scoring;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Golden;

public sealed class RegAdScoringGoldenTests
{
    [Fact]
    public void Augmentations_statistics_distances_and_maps_equal_the_reference()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var golden = GoldenFile.Read("regad_scoring", "expected.safetensors");
        var network = new RegAdNetwork(new ResNet18(InputScaling.None), 224);
        GoldenFile.Fill(network, "regad_parameters.json", RegAdGoldenTests.GoldenName);
        using var method = new RegAdMethod(network, new Domain.Training.TrainingRecipe { Shots = 2 }, null, CPU);
        var shots = Images("support_0.png", "support_1.png");

        var means = cat([.. SupportAugmentation.Of(shots).Select(view => view.mean([2, 3]))], 0); // (44,3)
        GoldenFile.AssertClose(golden["augmented_means"], means, 1e-4, "augmented means");

        using var support = (RegAdSupport)method.Describe(shots, CancellationToken.None);
        var joined = support.Features.Block(0, 56).mean([1]).view(56, 56, 448); // mean over the 44 vectors
        var every = arange(0, 56, 11, dtype: int64);
        var sampled = joined.index_select(0, every).index_select(1, every).permute(2, 0, 1); // (448,6,6)
        GoldenFile.AssertClose(golden["support_embedding_mean"], sampled, 1e-4, "mean support embedding");

        using var model = (RegAdModel)support.Fit(CancellationToken.None);
        var queries = Images("query_good.png", "query_blowhole.png");
        GoldenFile.AssertClose(golden["distance_map"], model.Distances(queries), 1e-4, "distance map");
        GoldenFile.AssertClose(golden["score_map"], model.Maps(queries), 1e-4, "score map");
    }

    [Fact]
    public void The_default_backbone_equals_the_reference()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var golden = GoldenFile.Read("mobilenet_v2.safetensors");
        using var backbone = BackboneCatalog.Load(MobileNetV2.Key, Support.Parts.Weights, CancellationToken.None).Value;
        backbone.eval();
        var features = backbone.Features(Images("query_good.png"));
        foreach (var (stage, feature) in backbone.Card.Stages.Zip(features))
        {
            var name = stage.Name == "expanded_conv" ? "expanded_conv_0" : stage.Name;
            GoldenFile.AssertClose(golden[name], feature, 1e-4, name);
            Assert.Equal(224 / stage.Stride, feature.shape[2]);
            Assert.Equal(stage.Channels, feature.shape[1]);
        }
    }

    private static Tensor Images(params string[] names) => cat(
        [.. names.Select(name =>
        {
            var image = ImageDecoder.Decode(SharedFiles.Golden("regad_scoring", name), DecodeLimits.Default, CancellationToken.None).Value.Image;
            return tensor(image.Pixels).view(1, image.Height, image.Width, 3).permute(0, 3, 1, 2).to(float32) / 255f;
        })], 0);
}
