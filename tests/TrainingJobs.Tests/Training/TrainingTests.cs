using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Models.RegAd;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Tests.Support;
using FewShotAD.TrainingJobs.Training;
using TorchSharp;
using static FewShotAD.Domain.Training.WorkerMessage;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Training;

public sealed class TrainingTests
{
    private static readonly AdversarialOptions Game = new() { DiscriminatorLearningRate = 1e-3 };

    [Fact]
    public void The_loss_falls()
    {
        var losses = Train(Parts.SmallRecipe with { Adversarial = null, Epochs = 2, StepsPerEpoch = 8, BatchSize = 4 }).Losses;
        Assert.True(losses[^4..].Average(step => step.TaskLoss) < losses[..4].Average(step => step.TaskLoss) - 0.02);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others()
    {
        var first = Train(Parts.SmallRecipe).Bits;
        Assert.Equal(first, Train(Parts.SmallRecipe).Bits);
        Assert.NotEqual(first, Train(Parts.SmallRecipe with { Seed = 6 }).Bits);
    }

    [Theory]
    [InlineData(AdversarialMode.Alternating, AdversarialLossKind.Bce, AdversarialSide.Symmetric)]
    [InlineData(AdversarialMode.Alternating, AdversarialLossKind.LeastSquares, AdversarialSide.OneSided)]
    [InlineData(AdversarialMode.GradientReversal, AdversarialLossKind.Bce, AdversarialSide.OneSided)]
    [InlineData(AdversarialMode.GradientReversal, AdversarialLossKind.LeastSquares, AdversarialSide.Symmetric)]
    public void Without_weight_and_during_warm_up_the_network_has_the_bits_of_the_plain_method(
        AdversarialMode mode, AdversarialLossKind loss, AdversarialSide side)
    {
        var recipe = Parts.SmallRecipe with { Epochs = 1 };
        var options = Game with { Mode = mode, Loss = loss, Side = side };
        var plain = Train(recipe with { Adversarial = null }).Bits;
        Assert.Equal(plain, Train(recipe with { Adversarial = options with { Weight = 0 } }).Bits);
        Assert.Equal(plain, Train(recipe with { Adversarial = options with { WarmUpSteps = 2 } }).Bits);
        Assert.NotEqual(plain, Train(recipe with { Adversarial = options }).Bits);
    }

    [Fact]
    public void With_one_shot_the_branches_are_alike_and_the_discriminator_stays_near_half()
    {
        // Query and support are then views of the same kind; nothing tells the branches apart but the single pair.
        var recipe = Parts.SmallRecipe with { Shots = 1, Epochs = 1, StepsPerEpoch = 10, BatchSize = 8, LearningRate = 1e-4, Adversarial = Game };
        var accuracy = Train(recipe).Losses[^5..].Average(step => step.DiscriminatorAccuracy!.Value);
        Assert.InRange(accuracy, 0.4, 0.6);
    }

    [Fact]
    public void Going_on_from_a_checkpoint_equals_no_pause()
    {
        using var folder = new TemporaryFolder();
        var whole = Train(Parts.SmallRecipe);

        var store = new CheckpointStore(folder["checkpoint"], "run");
        var paused = Train(Parts.SmallRecipe, store, stopAfterEpoch: 1);
        Assert.Equal(2, paused.Losses.Count);
        var rest = Train(Parts.SmallRecipe, store);

        Assert.Equal(whole.Losses[2..], rest.Losses);
        Assert.Equal(whole.Bits, rest.Bits);
    }

    [Fact]
    public void A_foreign_or_damaged_checkpoint_is_set_aside_with_a_warning()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder["checkpoint"], "run");
        using var tensor = ones(3);
        var warnings = new List<string>();

        store.Write(1, null, [new NamedTensor("w", tensor)]);
        Assert.Null(new CheckpointStore(folder["checkpoint"], "another run").Read(warnings.Add));
        Assert.Single(warnings);
        Assert.False(File.Exists(store.FilePath));

        store.Write(1, null, [new NamedTensor("w", tensor)]);
        var bytes = File.ReadAllBytes(store.FilePath);
        File.WriteAllBytes(store.FilePath, bytes[..^1]);
        Assert.Null(store.Read(warnings.Add));
        Assert.Equal(2, warnings.Count);
        Assert.True(File.Exists(store.FilePath + ".unusable"));
        Assert.Null(store.Read(warnings.Add));
        Assert.Equal(2, warnings.Count);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_with_its_step_and_seed()
    {
        using var scope = NewDisposeScope();
        var recipe = Parts.SmallRecipe with { Seed = 77 };
        using var network = Parts.Network(recipe.ImageSize, recipe.Seed);
        using var task = new RegAdTask(network, recipe, new NotANumberAt(3, recipe), CPU);
        var result = new Trainer(recipe, null).Run(task, null, _ => { }, CancellationToken.None);
        Assert.Contains("step 3", result.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("seed 77", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_run_stops_before_its_next_step()
    {
        using var cancel = new CancellationTokenSource();
        using var method = Parts.Method(Parts.SmallRecipe);
        using var task = method.CreateTask()!;
        var steps = 0;
        Assert.Throws<OperationCanceledException>(() => new Trainer(Parts.SmallRecipe, null).Run(
            task, null,
            message =>
            {
                steps += message is StepDone ? 1 : 0;
                cancel.Cancel();
            },
            cancel.Token));
        Assert.Equal(1, steps);
    }

    private static (List<StepDone> Losses, string Bits) Train(TrainingRecipe recipe, CheckpointStore? store = null, int? stopAfterEpoch = null)
    {
        using var method = Parts.Method(recipe);
        using var task = method.CreateTask()!;
        var checkpoint = store?.Read(Assert.Fail);
        Assert.True(checkpoint is null || store!.TryRestore(checkpoint, task, Assert.Fail));

        using var cancel = new CancellationTokenSource();
        var losses = new List<StepDone>();
        try
        {
            var result = new Trainer(recipe, store).Run(task, checkpoint, Hear, cancel.Token);
            Assert.True(result.Succeeded);
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
            if (message is CheckpointWritten written && written.Epoch == stopAfterEpoch)
                cancel.Cancel();
        }
    }

    private sealed class NotANumberAt(int badStep, TrainingRecipe recipe) : IEpisodeSource
    {
        public Episode Draw(int step)
        {
            var value = step == badStep ? float.NaN : 0.5f;
            return new Episode(
                full([recipe.BatchSize, 3, recipe.ImageSize, recipe.ImageSize], value),
                rand([recipe.BatchSize, recipe.Shots, 3, recipe.ImageSize, recipe.ImageSize]));
        }
    }
}
