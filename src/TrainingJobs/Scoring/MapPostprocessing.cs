using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>
/// From distances on the feature grid to the map that is stored: bilinear to the image's side, then a Gaussian blur. Both are linear and
/// work on rows and columns alone, so together they are R·D·Rᵀ with one small matrix R: two products instead of convolutions of the
/// large map.
/// </summary>
public static class MapPostprocessing
{
    /// <summary>σ of the blur, in pixels of the map, as published.</summary>
    public const double Sigma = 4;
    private const int Radius = (int)(4 * Sigma);

    /// <summary>(B,h,w) → (B,S,S)</summary>
    public static Tensor Apply(Tensor distances, int side)
    {
        using var scope = NewDisposeScope();
        var rows = Along((int)distances.shape[1], side).to(distances.device); // (S,h)
        var columns = distances.shape[2] == distances.shape[1] ? rows : Along((int)distances.shape[2], side).to(distances.device); // (S,w)
        var tall = nn.functional.linear(distances.transpose(1, 2), rows); // (B,w,S)
        return nn.functional.linear(tall.transpose(1, 2), columns).MoveToOuterDisposeScope(); // (B,S,S)
    }

    /// <summary>(S,n): what each of n values along a row contributes to each of S pixels.</summary>
    private static Tensor Along(int count, int side)
    {
        var weights = new double[side, count];
        var kernel = Kernel();
        for (var pixel = 0; pixel < side; pixel++)
        {
            for (var k = 0; k < kernel.Length; k++)
            {
                var (first, second, share) = Between(Mirror(pixel + k - Radius, side), count, side);
                weights[pixel, first] += kernel[k] * (1 - share);
                weights[pixel, second] += kernel[k] * share;
            }
        }

        var flat = new float[side * count];
        for (var i = 0; i < flat.Length; i++)
            flat[i] = (float)weights[i / count, i % count];
        return tensor(flat).view(side, count);
    }

    /// <summary>Between which two values a pixel lies, pixel centres not aligned at the corners, and how far from the first.</summary>
    private static (int First, int Second, double Share) Between(int pixel, int count, int side)
    {
        var at = Math.Max(0, ((pixel + 0.5) * count / side) - 0.5);
        var first = Math.Min((int)at, count - 1);
        return (first, Math.Min(first + 1, count - 1), at - first);
    }

    /// <summary>The border mirrored at its edge (d c b a | a b c d), as SciPy's "reflect" does: an endless row with a period of two sides.</summary>
    private static int Mirror(int position, int side)
    {
        var at = ((position % (2 * side)) + (2 * side)) % (2 * side);
        return at < side ? at : (2 * side) - 1 - at;
    }

    private static double[] Kernel()
    {
        var weights = Enumerable.Range(-Radius, (2 * Radius) + 1).Select(x => Math.Exp(-x * x / (2 * Sigma * Sigma))).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
