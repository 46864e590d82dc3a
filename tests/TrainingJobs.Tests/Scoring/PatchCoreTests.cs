using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Models.PatchCore;
using FewShotAD.TrainingJobs.Tests.Support;
using TorchSharp;
using static FewShotAD.Domain.Training.WorkerMessage;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Scoring;

public sealed class PatchCoreTests : IDisposable
{
    private static readonly TrainingRecipe Recipe =
        TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.PatchCore) with { Shots = 2, ImageSize = 64, Seed = 5 };

    private readonly DisposeScope scope = NewDisposeScope();

    public PatchCoreTests() => random.manual_seed(11);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_coreset_is_the_one_of_a_slow_greedy_search()
    {
        var vectors = randn(60, 5);
        var rows = Enumerable.Range(0, 60).Select(i => vectors[i].data<float>().ToArray()).ToArray();
        var slow = new List<int> { 0 };
        while (slow.Count < 20)
            slow.Add(Enumerable.Range(0, 60).MaxBy(i => slow.Min(j => rows[i].Zip(rows[j], (a, b) => (a - b) * (double)(a - b)).Sum())));
        Assert.Equal(slow.Select(i => (long)i), GreedyCoreset.Choose(vectors, 20, null, 1, CancellationToken.None));
    }

    [Fact]
    public void Copies_are_chosen_last_and_none_twice()
    {
        var vectors = cat([zeros(5, 40), ones(5, 40), randn(5, 40)], 0);
        var chosen = GreedyCoreset.Choose(vectors, 15, GreedyCoreset.ProjectedChannels, 1, CancellationToken.None);
        Assert.Equal(15, chosen.Distinct().Count());
        Assert.Equal(7, chosen.Take(7).Select(i => i < 5 ? -1 : i < 10 ? -2 : i).Distinct().Count());
    }

    [Fact]
    public void The_distance_is_that_of_a_slow_search_and_zero_for_what_was_seen()
    {
        var (vectors, bank) = (randn(30, 7), randn(5000, 7));
        var slow = (vectors.unsqueeze(1) - bank.unsqueeze(0)).square().sum(2).amin([1]).sqrt();
        Assert.True((slow - PatchCoreModel.Nearest(vectors, bank)).abs().max().item<float>() < 1e-4);
        Assert.True(PatchCoreModel.Nearest(bank[4321].unsqueeze(0), bank).item<float>() < 2e-3);
    }

    [Fact]
    public void Without_a_shot_nothing_of_it_is_remembered()
    {
        using var method = Parts.Method(Recipe with { PatchCore = new() { CoresetShare = 1 } });
        var shots = rand(2, 3, 64, 64);
        using var support = method.Describe(shots, CancellationToken.None);
        using var all = (PatchCoreModel)support.Fit(CancellationToken.None);
        using var rest = (PatchCoreModel)support.FitWithout(1, CancellationToken.None);
        Assert.Equal(2 * 22 * 64, all.Count);
        Assert.Equal(22 * 64, rest.Count);
        // Distances come out of differences of squares: what was seen is near zero, not at it.
        var maps = rest.Maps(shots); // (2,64,64)
        var unseen = maps[1].min().item<float>();
        Assert.InRange(maps[0].max().item<float>(), 0, 0.02 * unseen);
        Assert.InRange(all.Maps(shots).max().item<float>(), 0, 0.02 * unseen);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_nothing_stays_behind()
    {
        using var method = Parts.Method(Recipe);
        var (shots, image) = (rand(2, 3, 64, 64), rand(1, 3, 64, 64));
        byte[] Score()
        {
            using var support = method.Describe(shots, CancellationToken.None);
            using var model = support.Fit(CancellationToken.None);
            using var maps = model.Maps(image);
            return maps.bytes.ToArray();
        }

        var first = Score();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.Equal(first, Score());
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_cancelled_fit_stops()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        using var method = Parts.Method(Recipe);
        Assert.Throws<OperationCanceledException>(() => method.Describe(rand(2, 3, 64, 64), cancel.Token));
        Assert.Throws<OperationCanceledException>(() => GreedyCoreset.Choose(randn(9, 9), 5, null, 1, cancel.Token));
    }

    [Theory]
    [InlineData(DetectionMethod.PatchCore)]
    [InlineData(DetectionMethod.UniAd)]
    public void A_job_writes_a_model_that_scores_the_same_bits_when_it_is_loaded(DetectionMethod method)
    {
        using var folder = new TemporaryFolder();
        var recipe = method == DetectionMethod.PatchCore
            ? Recipe
            : TrainingRecipe.For(TrainingPreset.Quick, method) with
            {
                Shots = 2, ImageSize = 64, Epochs = 1, StepsPerEpoch = 2, BatchSize = 2, UniAd = new() { NeighbourMask = 3 },
            };
        var manifest = Parts.WriteJob(folder, recipe);
        var messages = new List<WorkerMessage>();
        Assert.True(new TrainingJob(manifest, messages.Add, TimeProvider.System).Run(CancellationToken.None).Succeeded);
        Assert.Equal(4, messages.OfType<ImageScored>().Count());
        using var loaded = ReadyModel.Load(folder["work", "model.fsad"], CPU, CancellationToken.None).Value;
        var score = new ImageScorer(loaded.Model, CPU).Score([Parts.Pixels(13, defective: true)])[0].Score;
        Assert.Equal(messages.OfType<ImageScored>().Single(scored => scored.ImageId == "bad-1").Score, score, 1e-3);
        Assert.True(loaded.Manifest.Calibration.CertainlyGood > 0);
    }
}
