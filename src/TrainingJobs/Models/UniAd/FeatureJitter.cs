using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.UniAd;

/// <summary>Noise on features in training, so that the reconstruction learns to come back to normal ones.</summary>
public static class FeatureJitter
{
    /// <param name="features">(B,C,h,w)</param>
    /// <param name="scale">α: every vector f gets N(0,1)·‖f‖₂/C·α.</param>
    /// <returns>(B,C,h,w), drawn from the library's generator.</returns>
    public static Tensor Of(Tensor features, double scale)
    {
        if (scale == 0)
            return features;
        var size = features.norm(1, keepdim: true) * (scale / features.shape[1]); // (B,1,h,w)
        return features + (randn_like(features) * size);
    }
}
