using FewShotAD.TrainingJobs.Models.RegAd;
using FewShotAD.TrainingJobs.Scoring;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Speed;

/// <summary>
/// RegAD's test as its authors run it, position by position: a C×C covariance, its inverse, and the Mahalanobis distance of every
/// image. Here the images of a position share one product, which is faster than one at a time.
/// </summary>
public static class OfficialStatistics
{
    /// <param name="vectors">(P,N,C)</param>
    /// <param name="queries">(P,Q,C)</param>
    /// <returns>(P,Q)</returns>
    public static Tensor Distances(Tensor vectors, Tensor queries, CancellationToken ct)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var identity = eye(vectors.shape[2], device: vectors.device) * PositionGaussian.Epsilon; // (C,C)
        var distances = new List<Tensor>();
        for (var p = 0L; p < vectors.shape[0]; p++)
        {
            ct.ThrowIfCancellationRequested();
            using var position = NewDisposeScope();
            var x = vectors[p]; // (N,C)
            var mean = x.mean([0]); // (C)
            var centred = x - mean; // (N,C)
            var covariance = (centred.t().mm(centred) / (x.shape[0] - 1)) + identity; // (C,C)
            var inverse = linalg.inv(covariance); // (C,C)
            var delta = queries[p] - mean; // (Q,C)
            distances.Add((delta.mm(inverse) * delta).sum(1).clamp_min(0).sqrt().MoveToOuterDisposeScope()); // (Q)
        }

        return stack(distances, 0).MoveToOuterDisposeScope(); // (P,Q)
    }
}

/// <summary>The same test both ways: the statistics of 2 shots and the distances of 83 images, from features that are there.</summary>
internal sealed class OfficialSpeed : IDisposable
{
    public const int Shots = 2;
    public const int Images = 83;

    /// <summary>Positions that the official way runs on; its time is scaled to all of them, since every position costs the same.</summary>
    public const int SampledPositions = 64;

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly RegAdNetwork network;
    private readonly RegAdSupport support;
    private readonly Tensor[][] batches;
    private readonly Tensor vectors;
    private readonly Tensor queries;

    /// <param name="network">Stays the caller's.</param>
    public OfficialSpeed(RegAdNetwork network, SpeedOptions options, Device device)
    {
        this.network = network;
        var stages = network.RegAdStages.Select(stage => (stage.Channels, Side: options.Side / stage.Stride)).ToArray();
        support = new RegAdSupport(network, new StageFeatures(Random(Shots * SupportAugmentation.Views)), Shots);
        batches = [.. Enumerable.Range(0, Images).Chunk(SpeedOptions.Batch).Select(chunk => Random(chunk.Length))];
        Positions = stages[0].Side * stages[0].Side;
        var channels = stages.Sum(stage => stage.Channels);
        Sampled = Math.Min(SampledPositions, Positions);
        vectors = randn(Sampled, Shots * SupportAugmentation.Views, channels, device: device);
        queries = randn(Sampled, Images, channels, device: device);

        Tensor[] Random(int count) => [.. stages.Select(stage => randn(count, stage.Channels, stage.Side, stage.Side, device: device))];
    }

    public int Positions { get; }

    public int Sampled { get; }

    public IEnumerable<SpeedItem> Items =>
    [
        new(SpeedNames.FastTest, $"RegAD test of {Shots} shots, {Images} images: statistics and distances", Fast),
        new(SpeedNames.OfficialTest, "  the official way, sampled and scaled", ct => OfficialStatistics.Distances(vectors, queries, ct)),
    ];

    public void Dispose()
    {
        support.Dispose();
        scope.Dispose();
    }

    private void Fast(CancellationToken ct)
    {
        using var model = (RegAdModel)support.Fit(ct);
        foreach (var batch in batches)
        {
            using var step = NewDisposeScope();
            model.Distances(batch);
        }
    }
}
