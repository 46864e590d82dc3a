using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.Adversarial;

/// <summary>What the adversarial loss compares, as it is now. The caller owns the tensors.</summary>
/// <param name="F0">(B,C,h,w)</param>
/// <param name="F1">(B,C,h,w)</param>
/// <param name="Accuracy">(h,w), share of the 2·B vectors at each position that the discriminator places rightly; null without one.</param>
public sealed record FeaturePair(Tensor F0, Tensor F1, Tensor? Accuracy) : IDisposable
{
    public void Dispose()
    {
        F0.Dispose();
        F1.Dispose();
        Accuracy?.Dispose();
    }
}

/// <summary>A training task that can be looked at. Looking changes nothing: no weight, no buffer, no random number of a later step.</summary>
public interface IFeatureProbe
{
    /// <summary>The pair of features of a step's images, in evaluation mode.</summary>
    /// <param name="step">From 1; a step's images depend on its number alone.</param>
    FeaturePair Probe(int step);
}
