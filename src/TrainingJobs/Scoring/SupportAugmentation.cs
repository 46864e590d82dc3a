using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>RegAD's enlargement of the support set: each shot and 21 views of it, in the published order.</summary>
public static class SupportAugmentation
{
    /// <summary>Views per shot, the shot itself included.</summary>
    public const int Views = 22;

    // Written as multiples of π/16, the published steps.
    private static readonly int[] Rotations = [-4, -3, -2, -1, 1, 2, 3, 4];

    private static readonly (float X, float Y)[] Translations =
    [
        (0.2f, 0.2f), (-0.2f, 0.2f), (-0.2f, -0.2f), (0.2f, -0.2f), (0.1f, 0.1f), (-0.1f, 0.1f), (-0.1f, -0.1f), (0.1f, -0.1f),
    ];

    /// <summary>Views of a shot, itself included.</summary>
    public static int Count => 1 + Rotations.Length + Translations.Length + 5;

    /// <summary>The 22 batches, each (K,3,S,S), made one at a time: together they would be 22 times the support set.</summary>
    public static IEnumerable<Tensor> Of(Tensor shots)
    {
        yield return shots.alias();
        foreach (var sixteenths in Rotations)
        {
            var angle = Math.PI * sixteenths / 16;
            var (cos, sin) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
            yield return Warp(shots, [cos, -sin, 0, sin, cos, 0]);
        }

        foreach (var (x, y) in Translations)
            yield return Warp(shots, [1, 0, x, 0, 1, y]);
        yield return shots.flip(3);
        yield return Grey(shots);
        for (var quarters = 1; quarters <= 3; quarters++)
            yield return shots.rot90(quarters, (2, 3));
    }

    private static Tensor Warp(Tensor images, float[] theta)
    {
        using var scope = NewDisposeScope();
        var each = tensor(theta, device: images.device).view(1, 2, 3).expand(images.shape[0], 2, 3); // (K,2,3)
        var grid = nn.functional.affine_grid(each, images.shape, align_corners: false); // (K,S,S,2)
        return nn.functional.grid_sample(
            images, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection, align_corners: false).MoveToOuterDisposeScope();
    }

    /// <summary>Luma of ITU-R BT.601 in all three channels.</summary>
    private static Tensor Grey(Tensor images)
    {
        using var scope = NewDisposeScope();
        var weights = tensor([0.299f, 0.587f, 0.114f], device: images.device).view(1, 3, 1, 1);
        return (images * weights).sum(1, keepdim: true).expand(images.shape).contiguous().MoveToOuterDisposeScope();
    }
}
