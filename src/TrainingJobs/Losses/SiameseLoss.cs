using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Losses;

/// <summary>The symmetric negative cosine of SimSiam (arXiv 2011.10566) over feature maps, as RegAD uses it.</summary>
public static class SiameseLoss
{
    /// <summary>½·(−cos(p1, sg z2)) + ½·(−cos(p2, sg z1)), cosine over channels, mean over positions; inputs (B,C,H,W).</summary>
    public static Tensor Of(Tensor p1, Tensor z1, Tensor p2, Tensor z2) =>
        (NegativeCosine(p1, z2.detach()) + NegativeCosine(p2, z1.detach())) * 0.5f;

    private static Tensor NegativeCosine(Tensor p, Tensor z) =>
        -nn.functional.cosine_similarity(p, z, dim: 1, eps: 1e-8).mean(); // (B,H,W) → ()
}
