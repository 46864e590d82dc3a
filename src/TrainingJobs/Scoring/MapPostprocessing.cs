using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>From distances on the feature grid to the map that is stored: bilinear to the image's side, then a Gaussian blur.</summary>
public static class MapPostprocessing
{
    /// <summary>σ of the blur, in pixels of the map, as published.</summary>
    public const double Sigma = 4;
    private const int Radius = (int)(4 * Sigma);

    /// <summary>(B,h,w) → (B,S,S)</summary>
    public static Tensor Apply(Tensor distances, int side)
    {
        using var scope = NewDisposeScope();
        var large = nn.functional.interpolate(
            distances.unsqueeze(1), [side, side], mode: InterpolationMode.Bilinear, align_corners: false); // (B,1,S,S)
        return Blur(large).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>A Gaussian of radius 4σ with the border mirrored at its edge (d c b a | a b c d), as SciPy's "reflect" does.</summary>
    private static Tensor Blur(Tensor maps)
    {
        // maps: (B,1,S,S)
        var side = maps.shape[2];
        var mirrored = tensor(Mirror((int)side), device: maps.device);
        var kernel = tensor(Kernel(), device: maps.device);
        var padded = maps.index_select(2, mirrored).index_select(3, mirrored); // (B,1,S+2r,S+2r)
        var columns = nn.functional.conv2d(padded, kernel.view(1, 1, -1, 1)); // (B,1,S,S+2r)
        return nn.functional.conv2d(columns, kernel.view(1, 1, 1, -1)); // (B,1,S,S)
    }

    private static long[] Mirror(int side)
    {
        var indices = new long[side + (2 * Radius)];
        for (var i = 0; i < indices.Length; i++)
        {
            // Position in the endless mirrored row, whose period is two sides.
            var at = (((i - Radius) % (2 * side)) + (2 * side)) % (2 * side);
            indices[i] = at < side ? at : (2 * side) - 1 - at;
        }

        return indices;
    }

    private static float[] Kernel()
    {
        var weights = Enumerable.Range(-Radius, (2 * Radius) + 1).Select(x => Math.Exp(-x * x / (2 * Sigma * Sigma))).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(weight => (float)(weight / sum))];
    }
}
