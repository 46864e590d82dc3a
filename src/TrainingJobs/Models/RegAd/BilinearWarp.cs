using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.RegAd;

/// <summary>
/// affine_grid and grid_sample (bilinear, reflection, corners not aligned) in one pass on the processor, without gradient. The channels
/// of a position lie together, so that a position costs four reads of neighbouring memory; what comes before and after a warp when
/// scoring wants them so as well.
/// </summary>
public static class BilinearWarp
{
    private const int Coefficients = 6;

    /// <param name="x">(B,C,H,W), float32.</param>
    /// <param name="theta">(B,2,3). Where it is no finite number, the image becomes NaN: the score shows it.</param>
    /// <returns>(B,C,H,W), the channels of a position side by side in memory.</returns>
    public static Tensor Sample(Tensor x, Tensor theta)
    {
        using var scope = NewDisposeScope();
        var source = x.detach().permute(0, 2, 3, 1).contiguous(); // (B,H,W,C)
        var thetas = theta.detach().contiguous().Floats().ToArray();
        var (height, width, channels) = ((int)source.shape[1], (int)source.shape[2], (int)source.shape[3]);
        var result = empty_like(source); // (B,H,W,C)
        TensorSpans.InParts(source.shape[0] * height, (from, to) =>
        {
            var size = height * width * channels;
            var all = source.Floats();
            var sampled = result.Floats();
            for (var row = from; row < to; row++)
            {
                var image = (int)(row / height);
                Row(
                    all.Slice(image * size, size), sampled.Slice((int)row * width * channels, width * channels),
                    thetas.AsSpan(image * Coefficients, Coefficients), (int)(row % height), new Grid(height, width, channels));
            }
        });
        return result.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    private readonly record struct Grid(int Height, int Width, int Channels);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(ReadOnlySpan<float> source, Span<float> target, ReadOnlySpan<float> theta, int row, Grid grid)
    {
        foreach (var coefficient in theta)
        {
            if (float.IsFinite(coefficient))
                continue;
            target.Fill(float.NaN);
            return;
        }

        var y = ((2 * row) + 1f) / grid.Height - 1;
        for (var column = 0; column < grid.Width; column++)
        {
            var x = ((2 * column) + 1f) / grid.Width - 1;
            var (left, toRight) = Split((theta[0] * x) + (theta[1] * y) + theta[2], grid.Width);
            var (top, toBottom) = Split((theta[3] * x) + (theta[4] * y) + theta[5], grid.Height);
            var upper = source[(top * grid.Width * grid.Channels)..];
            // At the border the neighbour beyond it has the weight zero; the position itself stands in for it.
            var lower = source[(Math.Min(top + 1, grid.Height - 1) * grid.Width * grid.Channels)..];
            var right = Math.Min(left + 1, grid.Width - 1);
            Mix(
                upper.Slice(left * grid.Channels, grid.Channels), upper.Slice(right * grid.Channels, grid.Channels),
                lower.Slice(left * grid.Channels, grid.Channels), lower.Slice(right * grid.Channels, grid.Channels),
                toRight, toBottom, target.Slice(column * grid.Channels, grid.Channels));
        }
    }

    /// <summary>From −1…1 to the position before and the share of the one behind, reflected at the outer edges of the border's pixels.</summary>
    private static (int Before, float Share) Split(float normalised, int size)
    {
        var inside = MathF.Abs((((normalised + 1) * size) - 1) / 2 + 0.5f);
        var rest = inside % size;
        var turned = (long)(inside / size) % 2 == 0 ? rest - 0.5f : size - rest - 0.5f;
        // A product that overflowed is sampled anywhere.
        var at = float.IsFinite(turned) ? Math.Clamp(turned, 0, size - 1) : 0;
        var before = (int)at;
        return (before, at - before);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d, float toRight, float toBottom, Span<float> target)
    {
        var (wa, wb, wc, wd) = ((1 - toRight) * (1 - toBottom), toRight * (1 - toBottom), (1 - toRight) * toBottom, toRight * toBottom);
        var i = 0;
        for (; i <= target.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var sum = (At(a, i) * wa) + (At(b, i) * wb) + (At(c, i) * wc) + (At(d, i) * wd);
            sum.StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i);
        }

        for (; i < target.Length; i++)
            target[i] = (a[i] * wa) + (b[i] * wb) + (c[i] * wc) + (d[i] * wd);

        static Vector256<float> At(ReadOnlySpan<float> values, int i) => Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)i);
    }
}
