using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>
/// ‖L⁻¹v‖² by forward substitution on the processor. The library solves one small system after the other, some sixty times slower than
/// memory gives them; here the images of a batch are the lanes of a vector and the triangle is read once.
/// </summary>
public static class TriangularNorms
{
    private const int Lanes = 8;
    private const long LargestPart = 1L << 30;

    /// <param name="factor">L: (P,N,N), lower triangular, contiguous; above the diagonal nothing is read.</param>
    /// <param name="values">v: (P,N,Q), contiguous.</param>
    /// <returns>(P,Q). The same bits for every number of threads: a position is one thread's work.</returns>
    public static Tensor Of(Tensor factor, Tensor values)
    {
        var (positions, count, queries) = ((int)factor.shape[0], (int)factor.shape[1], (int)values.shape[2]);
        if (values.shape[0] != positions || values.shape[1] != count || factor.shape[2] != count)
            throw new ArgumentException($"Values ({string.Join(',', values.shape)}) do not fit factors ({string.Join(',', factor.shape)}).", nameof(values));
        var result = empty(positions, queries);
        // A span holds 2 GB at most.
        TensorSpans.InParts(positions, (factor.NumberOfElements * sizeof(float) / LargestPart) + 1, (from, to) =>
        {
            using var factors = factor.slice(0, from, to, 1);
            using var vectors = values.slice(0, from, to, 1);
            using var norms = result.slice(0, from, to, 1);
            var solved = new float[count * Lanes];
            for (var p = 0; p < to - from; p++)
            {
                Position(
                    factors.Floats().Slice(p * count * count, count * count), vectors.Floats().Slice(p * count * queries, count * queries),
                    norms.Floats().Slice(p * queries, queries), solved);
            }
        });
        return result;
    }

    private static void Position(ReadOnlySpan<float> factor, ReadOnlySpan<float> values, Span<float> result, Span<float> solved)
    {
        var (count, queries) = (solved.Length / Lanes, result.Length);
        for (var from = 0; from < queries; from += Lanes)
        {
            var used = Math.Min(Lanes, queries - from);
            for (var n = 0; n < count; n++)
                values.Slice((n * queries) + from, used).CopyTo(solved.Slice(n * Lanes, used));
            var norms = Substitute(factor, solved);
            for (var q = 0; q < used; q++)
                result[from + q] = norms[q];
        }
    }

    /// <summary>u = L⁻¹v in place, u_n = (v_n − Σ_{m&lt;n} L_nm·u_m)/L_nn, and Σ u_n². Four sums at a time hide the adder's latency.</summary>
    private static Vector256<float> Substitute(ReadOnlySpan<float> factor, Span<float> solved)
    {
        var count = solved.Length / Lanes;
        ref var u = ref MemoryMarshal.GetReference(solved);
        var squares = Vector256<float>.Zero;
        for (var n = 0; n < count; n++)
        {
            var row = factor.Slice(n * count, n + 1);
            var (a, b, c, d) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
            var m = 0;
            for (; m + 4 <= n; m += 4)
            {
                a = Vector256.FusedMultiplyAdd(Vector256.Create(row[m]), Vector256.LoadUnsafe(ref u, (nuint)(m * Lanes)), a);
                b = Vector256.FusedMultiplyAdd(Vector256.Create(row[m + 1]), Vector256.LoadUnsafe(ref u, (nuint)((m + 1) * Lanes)), b);
                c = Vector256.FusedMultiplyAdd(Vector256.Create(row[m + 2]), Vector256.LoadUnsafe(ref u, (nuint)((m + 2) * Lanes)), c);
                d = Vector256.FusedMultiplyAdd(Vector256.Create(row[m + 3]), Vector256.LoadUnsafe(ref u, (nuint)((m + 3) * Lanes)), d);
            }

            for (; m < n; m++)
                a = Vector256.FusedMultiplyAdd(Vector256.Create(row[m]), Vector256.LoadUnsafe(ref u, (nuint)(m * Lanes)), a);
            var value = (Vector256.LoadUnsafe(ref u, (nuint)(n * Lanes)) - ((a + b) + (c + d))) / row[n];
            value.StoreUnsafe(ref u, (nuint)(n * Lanes));
            squares += value * value;
        }

        return squares;
    }
}
