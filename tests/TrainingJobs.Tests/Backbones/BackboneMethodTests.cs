using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Models;
using FewShotAD.TrainingJobs.Models.UniAd;
using FewShotAD.TrainingJobs.Tests.Support;
using FewShotAD.TrainingJobs.Weights;
using TorchSharp;
using static FewShotAD.Domain.Training.WorkerMessage;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Backbones;

/// <summary>Every backbone with every method that may use it, at a small side and with weights that nobody trained.</summary>
public sealed class BackboneMethodTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    public static TheoryData<string> Names => [.. BackboneChoice.All.Select(choice => choice.Name)];

    public static TheoryData<string, DetectionMethod> Pairs =>
        [.. BackboneChoice.All.SelectMany(choice => choice.Methods.Select(method => (choice.Name, method)))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Stages_have_the_strides_and_channels_of_the_card(string name)
    {
        var card = BackboneCatalog.Cards.Single(card => card.Name == name);
        using var network = BackboneCatalog.Create(name).Value;
        Assert.Equal(card.Name, network.Card.Name);
        network.eval();
        using var noGrad = no_grad();
        var features = network.Features(rand(2, 3, 96, 64));
        Assert.Equal(card.Stages.Count, features.Length);
        foreach (var (stage, feature) in card.Stages.Zip(features))
            Assert.Equal([2, stage.Channels, 96 / stage.Stride, 64 / stage.Stride], feature.shape);
    }

    [Fact]
    public void The_cards_and_what_users_may_choose_agree()
    {
        Assert.Equal(BackboneChoice.All.Select(choice => choice.Name), BackboneCatalog.Cards.Select(card => card.Name));
        foreach (var (choice, card) in BackboneChoice.All.Zip(BackboneCatalog.Cards))
        {
            Assert.Equal(choice.Methods.Contains(DetectionMethod.RegAd), card.RegAdStages.Count == 3);
            Assert.Equal(choice.Methods.Contains(DetectionMethod.UniAd), card.UniAdStages.Count > 0);
            Assert.Equal(choice.Methods.Contains(DetectionMethod.PatchCore), card.PatchCoreStages.Count == 2);
            Assert.True(card.PatchCoreStages[0] < card.PatchCoreStages[1]);
        }
    }

    [Fact]
    public void The_neck_takes_the_four_strides_of_efficientnet()
    {
        using var network = new UniAdNetwork(new EfficientNetB4(), 64, new UniAdOptions { NeighbourMask = 3 });
        network.eval();
        Assert.Equal([2, 272, 4, 4], network.Features(rand(2, 3, 64, 64)).shape);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_method_trains_fits_and_scores_with_the_backbone(string name, DetectionMethod method)
    {
        using var made = MethodCatalog.ForTraining(Recipe(name, method), Parts.Data(Recipe(name, method)), Store(name), CPU, CancellationToken.None).Value;
        using (var task = made.CreateTask())
        {
            Assert.Equal(method == DetectionMethod.PatchCore, task is null);
            task?.BeginEpoch(0);
            Assert.True(double.IsFinite(task?.Step(1).Task ?? 0));
        }

        using var support = made.Describe(rand(2, 3, 64, 64), CancellationToken.None);
        using var model = support.Fit(CancellationToken.None);
        var maps = model.Maps(rand(3, 3, 64, 64));
        Assert.Equal([3, 64, 64], maps.shape);
        Assert.True(maps.isfinite().all().item<bool>());
        Assert.True(maps.min().item<float>() >= 0);
    }

    [Theory]
    [InlineData(ResNet18.Key, DetectionMethod.RegAd)]
    [InlineData(EfficientNetB4.Key, DetectionMethod.PatchCore)]
    public void A_model_scores_the_same_where_the_file_of_its_backbone_is_not(string name, DetectionMethod method)
    {
        var manifest = Parts.WriteJob(folder, Recipe(name, method));
        var messages = new List<WorkerMessage>();
        var ran = new TrainingJob(manifest, messages.Add, TimeProvider.System) { Weights = Store(name) }.Run(CancellationToken.None);
        Assert.True(ran.Succeeded, ran.Error?.Message);
        Directory.Delete(folder["weights"], recursive: true);
        using var loaded = ReadyModel.Load(folder["work", "model.fsad"], CPU, CancellationToken.None).Value;
        var score = new ImageScorer(loaded.Model, CPU).Score([Parts.Pixels(13, defective: true)])[0].Score;
        var expected = messages.OfType<ImageScored>().Single(scored => scored.ImageId == "bad-1").Score;
        Assert.Equal(expected, score, 2e-3 * expected);
    }

    private static TrainingRecipe Recipe(string backbone, DetectionMethod method)
    {
        var recipe = TrainingRecipe.For(TrainingPreset.Quick, method) with { Backbone = backbone, Shots = 2, ImageSize = 64, Seed = 5 };
        recipe = method switch
        {
            DetectionMethod.PatchCore => recipe,
            DetectionMethod.UniAd => recipe with { Epochs = 1, StepsPerEpoch = 1, BatchSize = 2, UniAd = new() { NeighbourMask = 3 } },
            _ => recipe with { Epochs = 1, StepsPerEpoch = 1, BatchSize = 2 },
        };
        Assert.True(recipe.Validate().Succeeded);
        return recipe;
    }

    private WeightStore Store(string backbone)
    {
        if (backbone != MobileNetV2.Key)
            WeightFiles.Write(folder["weights", $"{backbone}.safetensors"], WeightFiles.Untrained(backbone));
        return Parts.StoreOf(folder["weights"]);
    }
}
