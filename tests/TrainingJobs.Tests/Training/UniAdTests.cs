using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Models.UniAd;
using FewShotAD.TrainingJobs.Tests.Support;
using FewShotAD.TrainingJobs.Training;
using TorchSharp;
using static FewShotAD.Domain.Training.WorkerMessage;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Training;

public sealed class UniAdTests
{
    private static readonly AdversarialOptions Game = new() { DiscriminatorLearningRate = 1e-3 };

    private static readonly TrainingRecipe Recipe = TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.UniAd) with
    {
        Shots = 2, ImageSize = 64, Seed = 5, Epochs = 2, StepsPerEpoch = 2, BatchSize = 2, LearningRate = 1e-3,
        UniAd = new() { NeighbourMask = 3, StandardiseFeatures = true }, Adversarial = Game,
    };

    [Fact]
    public void The_loss_falls()
    {
        var losses = Train(Recipe with { Adversarial = null, StepsPerEpoch = 15, BatchSize = 4 }).Losses;
        Assert.True(losses[^5..].Average(step => step.TaskLoss) < 0.7 * losses[..5].Average(step => step.TaskLoss));
    }

    [Fact]
    public void Standardised_features_of_the_shots_have_mean_0_and_deviation_1_and_travel_with_the_weights()
    {
        using var scope = NewDisposeScope();
        using var method = Parts.Method(Recipe);
        using var asPublished = Parts.Method(Recipe with { UniAd = Recipe.UniAd! with { StandardiseFeatures = false } });
        var shots = PixelImage.Batch(Parts.Data(Recipe).Shots, CPU);
        var raw = ((UniAdNetwork)asPublished.Network).Features(shots);
        var made = ((UniAdNetwork)method.Network).Features(shots); // (2,C,h,w)
        var mean = raw.mean([0, 2, 3], keepdim: true);
        var deviation = (raw - mean).square().mean([0, 2, 3], keepdim: true).sqrt();
        Assert.True(((raw - mean) / deviation.clamp_min(1e-3f) - made).abs().max().item<float>() < 1e-4);
        var stored = ReadyModel.NamedWeights(method).Select(weight => weight.Name).ToArray();
        Assert.Contains("mean", stored);
        Assert.Contains("deviation", stored);
        Assert.DoesNotContain("mean", ReadyModel.NamedWeights(asPublished).Select(weight => weight.Name));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others()
    {
        var first = Train(Recipe).Bits;
        Assert.Equal(first, Train(Recipe).Bits);
        Assert.NotEqual(first, Train(Recipe with { Seed = 6 }).Bits);
    }

    [Theory]
    [InlineData(AdversarialMode.Alternating, AdversarialLossKind.Bce, AdversarialSide.Symmetric)]
    [InlineData(AdversarialMode.Alternating, AdversarialLossKind.LeastSquares, AdversarialSide.OneSided)]
    [InlineData(AdversarialMode.GradientReversal, AdversarialLossKind.Bce, AdversarialSide.OneSided)]
    [InlineData(AdversarialMode.GradientReversal, AdversarialLossKind.LeastSquares, AdversarialSide.Symmetric)]
    public void Without_weight_and_during_warm_up_the_network_has_the_bits_of_the_plain_method(
        AdversarialMode mode, AdversarialLossKind loss, AdversarialSide side)
    {
        var recipe = Recipe with { Epochs = 1 };
        var options = Game with { Mode = mode, Loss = loss, Side = side };
        var plain = Train(recipe with { Adversarial = null }).Bits;
        Assert.Equal(plain, Train(recipe with { Adversarial = options with { Weight = 0 } }).Bits);
        Assert.Equal(plain, Train(recipe with { Adversarial = options with { WarmUpSteps = 2 } }).Bits);
        Assert.NotEqual(plain, Train(recipe with { Adversarial = options }).Bits);
    }

    [Fact]
    public void Going_on_from_a_checkpoint_equals_no_pause()
    {
        using var folder = new TemporaryFolder();
        var whole = Train(Recipe);
        var store = new CheckpointStore(folder["checkpoint"], "run");
        Train(Recipe, store, stopAfterEpoch: 1);
        var rest = Train(Recipe, store);
        Assert.Equal(whole.Losses[2..], rest.Losses);
        Assert.Equal(whole.Bits, rest.Bits);
    }

    [Fact]
    public void A_look_changes_nothing()
    {
        var plain = Train(Recipe);
        var looked = Train(Recipe, look: true);
        Assert.Equal(plain.Bits, looked.Bits);
    }

    [Fact]
    public void The_backbone_is_never_trained()
    {
        using var method = Parts.Method(Recipe);
        var before = Backbone(method);
        using var task = method.CreateTask()!;
        task.BeginEpoch(0);
        task.Step(1);
        Assert.Equal(before, Backbone(method));

        static string Backbone(Models.IAnomalyMethod method) =>
            Parts.Bits(ReadyModel.NamedWeights(method).Where(named => named.Name.StartsWith("backbone.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_part_gives_its_shots_and_a_step_draws_the_same_views_again()
    {
        using var scope = NewDisposeScope();
        var parts = Enumerable.Range(0, 3).Select(part => (IReadOnlyList<PixelImage>)
            [.. Enumerable.Range(0, 5).Select(_ => new PixelImage([.. Enumerable.Repeat((byte)(part * 100), 64 * 64 * 3)], 64))]).ToArray();
        var views = new FewShotViews(Recipe with { BatchSize = 64 }, parts, CPU);
        var drawn = views.Draw(1);
        Assert.Equal([64, 3, 64, 64], drawn.shape);
        Assert.Equal(3, drawn.mean([1, 2, 3]).round(decimals: 3).unique().output.shape[0]);
        Assert.True(drawn.equal(views.Draw(1)).all().item<bool>());
        Assert.False(drawn.equal(views.Draw(2)).all().item<bool>());
    }

    private static (List<StepDone> Losses, string Bits) Train(
        TrainingRecipe recipe, CheckpointStore? store = null, int? stopAfterEpoch = null, bool look = false)
    {
        using var method = Parts.Method(recipe);
        using var task = (UniAdTask)method.CreateTask()!;
        var checkpoint = store?.Read(Assert.Fail);
        Assert.True(checkpoint is null || store!.TryRestore(checkpoint, task, Assert.Fail));

        using var cancel = new CancellationTokenSource();
        var losses = new List<StepDone>();
        try
        {
            Assert.True(new Trainer(recipe, store).Run(task, checkpoint, Hear, cancel.Token).Succeeded);
        }
        catch (OperationCanceledException)
        {
            Assert.NotNull(stopAfterEpoch);
        }

        return (losses, Parts.Bits(ReadyModel.NamedWeights(method)));

        void Hear(WorkerMessage message)
        {
            if (message is StepDone step)
                losses.Add(step);
            if (look)
                task.Probe(99).Dispose();
            if (message is CheckpointWritten written && written.Epoch == stopAfterEpoch)
                cancel.Cancel();
        }
    }
}
