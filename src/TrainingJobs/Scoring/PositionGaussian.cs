using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>
/// A Gaussian at each of P positions, from N support vectors each: mean μ and covariance Σ = XᵀX/(N−1) + εI (X centred, unbiased).
/// Σ = LLᵀ and δᵀΣ⁻¹δ = ‖L⁻¹δ‖²: one C×C matrix per position, for N ≥ C. Below that <see cref="LowRankGaussian"/> is cheaper.
/// </summary>
public sealed class PositionGaussian : IDisposable
{
    /// <summary>ε, as published.</summary>
    public const double Epsilon = 0.01;

    private readonly Tensor mean;
    private readonly Tensor whitening;

    private PositionGaussian(Tensor mean, Tensor whitening) =>
        (this.mean, this.whitening) = (mean.DetachFromDisposeScope(), whitening.DetachFromDisposeScope());

    public long Bytes => mean.Bytes() + whitening.Bytes();

    /// <param name="vectors">(P,N,C), N at least 2.</param>
    public static PositionGaussian Fit(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var mean = vectors.mean([1], keepdim: true); // (P,1,C)
        var centred = vectors - mean; // X: (P,N,C)
        var covariance = bmm(centred.transpose(1, 2), centred) / (vectors.shape[1] - 1); // (P,C,C)
        covariance.diagonal(0, 1, 2).add_(Epsilon);
        var root = linalg.cholesky(covariance); // L: (P,C,C)
        var identity = eye(vectors.shape[2], device: vectors.device).unsqueeze(0).expand(root.shape);
        return new PositionGaussian(mean, linalg.solve_triangular(root, identity, upper: false)); // L⁻¹: (P,C,C)
    }

    /// <summary>Mahalanobis distances of vectors (P,Q,C), as (P,Q).</summary>
    public Tensor Distance(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var delta = vectors - mean; // (P,Q,C)
        return bmm(delta, whitening.transpose(1, 2)).square().sum(-1).sqrt().MoveToOuterDisposeScope(); // (P,Q)
    }

    public void Dispose()
    {
        mean.Dispose();
        whitening.Dispose();
    }
}
