using FewShotAD.TrainingJobs.Backbones;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.PatchCore;

/// <summary>What PatchCore remembers of an image: two stages of middle depth, each averaged over 3×3 neighbours, on the finer one's grid.</summary>
public static class PatchFeatures
{
    /// <param name="images">(B,3,S,S) in [0,1].</param>
    /// <returns>(B,hw,C), row by row; hw positions of the finer stage.</returns>
    public static Tensor Of(Backbone backbone, Tensor images)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var stages = backbone.Features(images);
        var side = stages[backbone.Card.PatchCoreStages[0]].shape[2];
        var local = backbone.Card.PatchCoreStages.Select(index =>
        {
            var mean = nn.functional.avg_pool2d(stages[index], 3, 1, 1); // (B,Cᵢ,hᵢ,wᵢ)
            return mean.shape[2] == side
                ? mean
                : nn.functional.interpolate(mean, [side, side], mode: InterpolationMode.Bilinear, align_corners: false);
        });
        return cat([.. local], 1).flatten(2).transpose(1, 2).contiguous().MoveToOuterDisposeScope(); // (B,hw,C)
    }
}
