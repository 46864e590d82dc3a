using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.UniAd;

/// <summary>UniAD's neck (its MFCN): backbone stages brought to one grid and joined, without weights.</summary>
public static class FeatureNeck
{
    /// <summary>Input pixels per position of the joined grid, as published.</summary>
    public const int Stride = 16;

    /// <param name="stages">(B,Cᵢ,Hᵢ,Wᵢ), finest first.</param>
    /// <param name="side">h = w of the joined grid.</param>
    /// <returns>(B,ΣCᵢ,h,w)</returns>
    public static Tensor Join(IReadOnlyList<Tensor> stages, int side)
    {
        using var scope = NewDisposeScope();
        var resized = stages.Select(stage => stage.shape[2] == side && stage.shape[3] == side
            ? stage
            : nn.functional.interpolate(stage, [side, side], mode: InterpolationMode.Bilinear, align_corners: true));
        return cat([.. resized], 1).MoveToOuterDisposeScope();
    }
}
