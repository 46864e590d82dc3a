using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>How the inverse covariance is applied. Both are exact; which one is cheaper depends on N and C.</summary>
public enum GaussianForm
{
    /// <summary>N×N factors, for N &lt; C.</summary>
    LowRank,

    /// <summary>C×C factors.</summary>
    Direct,
}

/// <summary>The Gaussians of all positions of the finest grid.</summary>
public interface IFeatureGaussians : IDisposable
{
    /// <summary>What they take in memory.</summary>
    long Bytes { get; }

    /// <summary>Mahalanobis distances of the images' vectors: (P,Q), positions row by row.</summary>
    Tensor Distances(StageFeatures images);
}

/// <summary>Fits them in the cheaper form.</summary>
public static class FeatureGaussians
{
    /// <summary>The cheaper form for N vectors of C channels.</summary>
    public static GaussianForm FormFor(long vectors, long channels) => vectors < channels ? GaussianForm.LowRank : GaussianForm.Direct;

    /// <param name="kept">Numbers of the images whose vectors count, at least 2.</param>
    public static IFeatureGaussians Fit(StageFeatures features, long[] kept, GaussianForm form, CancellationToken ct)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        // Null where all are kept: no copy then.
        var chosen = kept.Length == features.Count ? null : tensor(kept, device: features.Stages[0].device);
        return form == GaussianForm.LowRank ? LowRankGaussian.Fit(features, chosen, ct) : DirectGaussian.Fit(features, chosen, ct);
    }
}

/// <summary>A C×C factor per position, fitted and applied in blocks of rows.</summary>
internal sealed class DirectGaussian(IReadOnlyList<PositionGaussian> blocks) : IFeatureGaussians
{
    public long Bytes => blocks.Sum(block => block.Bytes);

    /// <param name="chosen">Indices, or null for all.</param>
    public static DirectGaussian Fit(StageFeatures features, Tensor? chosen, CancellationToken ct)
    {
        var gaussians = new List<PositionGaussian>();
        foreach (var (from, to) in features.Blocks())
        {
            ct.ThrowIfCancellationRequested();
            using var block = NewDisposeScope();
            var vectors = features.Block(from, to); // (P,N,C)
            gaussians.Add(PositionGaussian.Fit(chosen is null ? vectors : vectors.index_select(1, chosen)));
        }

        return new DirectGaussian(gaussians);
    }

    public Tensor Distances(StageFeatures images)
    {
        using var scope = NewDisposeScope();
        var rows = images.Blocks().Zip(blocks, (block, gaussian) => gaussian.Distance(images.Block(block.From, block.To))); // (p,Q) each
        return cat([.. rows], 0).MoveToOuterDisposeScope(); // (P,Q)
    }

    public void Dispose()
    {
        foreach (var block in blocks)
            block.Dispose();
    }
}
