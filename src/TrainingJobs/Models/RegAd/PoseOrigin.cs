using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.RegAd;

/// <summary>
/// The pose that a spatial transformer gives the shots: the mean of the angle, the geometric mean of each scale. Registration means
/// something only between images. A pose that all of them share changes no difference between two, but the features are resampled for it.
/// </summary>
public readonly record struct PoseOrigin(float Angle, float Scale1, float Scale2)
{
    /// <summary>A transformer that went so far astray has no scale to divide by.</summary>
    private const float LeastScale = 1e-3f;

    /// <param name="poses">Angle, s1 and s2 of each shot, (K,3).</param>
    public static PoseOrigin Of(Tensor poses)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var angle = poses.select(1, 0).mean();
        var scales = poses.slice(1, 1, 3, 1).abs().clamp_min(LeastScale).log().mean([0]).exp(); // (2)
        return new PoseOrigin(angle.item<float>(), scales[0].item<float>(), scales[1].item<float>());
    }

    /// <summary>Poses (B,3) as seen from here: the angle less this one, the scales divided by these.</summary>
    public Tensor Relative(Tensor poses)
    {
        using var scope = NewDisposeScope();
        var (turn, scale) = (tensor([Angle, 0f, 0f], device: poses.device), tensor([1f, Scale1, Scale2], device: poses.device)); // (3) each
        return ((poses - turn) / scale).MoveToOuterDisposeScope(); // (B,3)
    }
}
