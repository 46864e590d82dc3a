using FewShotAD.TrainingJobs.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>
/// Gaussians for N &lt; C, without a covariance. With X (centred), M = XXᵀ + (N−1)εI = LLᵀ and v = Xδ, exactly
/// δᵀΣ⁻¹δ = (‖δ‖² − vᵀM⁻¹v)/ε = (‖δ‖² − ‖L⁻¹v‖²)/ε   (Woodbury).
/// XXᵀ, v and ‖δ‖² are sums over stages, and a coarse stage's share is the same at all fine positions that a coarse one covers: it is
/// computed once for them. Only L, N×N, belongs to a fine position.
/// </summary>
internal sealed class LowRankGaussian : IFeatureGaussians
{
    private readonly Tensor[] means;
    private readonly Tensor[] centred;

    /// <summary>L of every position: packed triangles on the processor, (P,N,N) elsewhere.</summary>
    private readonly Tensor factor;

    private LowRankGaussian(Tensor[] means, Tensor[] centred, Tensor factor)
    {
        this.means = [.. means.Select(mean => mean.DetachFromDisposeScope())];
        this.centred = [.. centred.Select(stage => stage.DetachFromDisposeScope())];
        this.factor = factor.DetachFromDisposeScope();
    }

    public long Bytes => means.Concat(centred).Append(factor).Sum(tensor => tensor.Bytes());

    /// <param name="chosen">Indices, or null for all.</param>
    public static LowRankGaussian Fit(StageFeatures features, Tensor? chosen, CancellationToken ct)
    {
        var vectors = features.Stages.Select(stage => chosen is null ? stage : stage.index_select(1, chosen)).ToArray(); // (Pᵢ,N,Cᵢ) each
        var means = vectors.Select(stage => stage.mean([1], keepdim: true)).ToArray(); // (Pᵢ,1,Cᵢ) each
        // What was chosen is a copy of our own.
        var centred = vectors.Zip(means, (stage, mean) => chosen is null ? stage - mean : stage.sub_(mean)).ToArray(); // Xᵢ: (Pᵢ,N,Cᵢ) each
        var count = centred[0].shape[1];
        var (positions, device) = (centred[0].shape[0], centred[0].device);
        var packed = device.type == DeviceType.CPU;
        var factor = packed ? empty(positions, count * (count + 1) / 2) : empty(positions, count, count, device: device); // L
        foreach (var (from, to) in features.Blocks())
        {
            ct.ThrowIfCancellationRequested();
            using var block = NewDisposeScope();
            var system = Products(features, centred, from, to); // XXᵀ: (p,N,N)
            system.diagonal(0, 1, 2).add_((count - 1) * PositionGaussian.Epsilon);
            var root = linalg.cholesky(system); // (p,N,N)
            features.Rows(factor, features.Side, from, to).copy_(packed ? TriangularNorms.Pack(root) : root);
        }

        return new LowRankGaussian(means, centred, factor);
    }

    public Tensor Distances(StageFeatures images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var side = images.Side;
        var processor = factor.device.type == DeviceType.CPU;
        Tensor? products = null, lengths = null; // v: (P,N,Q), ‖δ‖²: (P,Q,1)
        for (var i = 0; i < centred.Length; i++)
        {
            var delta = images.Stages[i] - means[i]; // (Pᵢ,Q,Cᵢ)
            var product = processor ? LaneColumns.Products(centred[i], delta) : bmm(centred[i], delta.transpose(1, 2)); // (Pᵢ,N,Q)
            var length = delta.square().sum(-1, keepdim: true); // (Pᵢ,Q,1)
            if (products is null || lengths is null)
            {
                (products, lengths) = (product, length);
                continue;
            }

            StageFeatures.AddSpread(products, side, product, images.Sides[i]);
            StageFeatures.AddSpread(lengths, side, length, images.Sides[i]);
        }

        var explained = processor
            ? TriangularNorms.Of(factor, products!)
            : linalg.solve_triangular(factor, products!, upper: false).square().sum(1); // ‖L⁻¹v‖²: (P,Q)
        // Rounding may leave a hair below zero where a vector lies at the mean.
        return ((lengths!.squeeze(-1) - explained) / PositionGaussian.Epsilon).clamp_min(0).sqrt().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var stage in means.Concat(centred))
            stage.Dispose();
        factor.Dispose();
    }

    /// <summary>XXᵀ of the fine positions of rows from–to, (p,N,N).</summary>
    private static Tensor Products(StageFeatures features, Tensor[] centred, int from, int to)
    {
        using var scope = NewDisposeScope();
        Tensor? sum = null;
        for (var i = 0; i < centred.Length; i++)
        {
            var rows = features.Rows(centred[i], features.Sides[i], from, to);
            var product = bmm(rows, rows.transpose(1, 2)); // (pᵢ,N,N)
            if (sum is null)
                sum = product;
            else
                StageFeatures.AddSpread(sum, features.Side, product, features.Sides[i]);
        }

        return sum!.MoveToOuterDisposeScope();
    }
}
