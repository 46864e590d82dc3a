using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>How the inverse covariance is applied. Both are exact; which one is cheaper depends on N and C.</summary>
public enum GaussianForm
{
    /// <summary>N×N systems, for N &lt; C.</summary>
    LowRank,

    /// <summary>C×C factors.</summary>
    Cholesky,
}

/// <summary>
/// A Gaussian at each of P positions, from N support vectors each: mean μ and covariance Σ = XᵀX/(N−1) + εI (X centred, unbiased).
/// No covariance is formed for N &lt; C. With M = XXᵀ + (N−1)εI = LLᵀ and v = Xδ, exactly
/// δᵀΣ⁻¹δ = (‖δ‖² − vᵀM⁻¹v)/ε = (‖δ‖² − ‖L⁻¹X·δ‖²)/ε   (Woodbury);
/// otherwise Σ = LLᵀ and δᵀΣ⁻¹δ = ‖L⁻¹δ‖². Either way one matrix per position is kept and a score is one product with it.
/// </summary>
public sealed class PositionGaussian : IDisposable
{
    /// <summary>ε, as published.</summary>
    public const double Epsilon = 0.01;

    private readonly Tensor mean;
    private readonly Tensor whitening;
    private readonly GaussianForm form;

    private PositionGaussian(Tensor mean, Tensor whitening, GaussianForm form) =>
        (this.mean, this.whitening, this.form) = (mean.DetachFromDisposeScope(), whitening.DetachFromDisposeScope(), form);

    /// <summary>The cheaper form for N vectors of C channels.</summary>
    public static GaussianForm FormFor(long vectors, long channels) => vectors < channels ? GaussianForm.LowRank : GaussianForm.Cholesky;

    /// <param name="vectors">(P,N,C), N at least 2.</param>
    public static PositionGaussian Fit(Tensor vectors, GaussianForm form)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var count = vectors.shape[1];
        var mean = vectors.mean([1], keepdim: true); // (P,1,C)
        var centred = vectors - mean; // X: (P,N,C)
        if (form == GaussianForm.LowRank)
        {
            var system = bmm(centred, centred.transpose(1, 2)); // XXᵀ: (P,N,N)
            system.diagonal(0, 1, 2).add_((count - 1) * Epsilon);
            var factor = linalg.cholesky(system); // L: (P,N,N)
            return new PositionGaussian(mean, linalg.solve_triangular(factor, centred, upper: false), form); // L⁻¹X: (P,N,C)
        }

        var covariance = bmm(centred.transpose(1, 2), centred) / (count - 1); // (P,C,C)
        covariance.diagonal(0, 1, 2).add_(Epsilon);
        var root = linalg.cholesky(covariance); // L: (P,C,C)
        var identity = eye(vectors.shape[2], device: vectors.device).unsqueeze(0).expand(root.shape);
        return new PositionGaussian(mean, linalg.solve_triangular(root, identity, upper: false), form); // L⁻¹: (P,C,C)
    }

    /// <summary>Mahalanobis distances of vectors (P,Q,C), as (P,Q).</summary>
    public Tensor Distance(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var delta = vectors - mean; // (P,Q,C)
        var white = bmm(delta, whitening.transpose(1, 2)).square().sum(-1); // (P,Q)
        var squared = form == GaussianForm.LowRank ? (delta.square().sum(-1) - white) / Epsilon : white;
        // Rounding may leave a hair below zero where a vector lies at the mean.
        return squared.clamp_min(0).sqrt().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        mean.Dispose();
        whitening.Dispose();
    }
}
