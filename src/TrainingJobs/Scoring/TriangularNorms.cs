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
    private const int Lanes = LaneColumns.Lanes;

    /// <param name="factor">L: (P,N,N), lower triangular, contiguous; above the diagonal nothing is read.</param>
    /// <param name="values">v: (P,N,Q), contiguous.</param>
    /// <returns>(P,Q). The same bits for every number of threads: a position is one thread's work.</returns>
    public static Tensor Of(Tensor factor, Tensor values)
    {
        var (positions, count, queries) = ((int)factor.shape[0], (int)factor.shape[1], (int)values.shape[2]);
        if (values.shape[0] != positions || values.shape[1] != count || factor.shape[2] != count)
            throw new ArgumentException($"Values ({string.Join(',', values.shape)}) do not fit factors ({string.Join(',', factor.shape)}).", nameof(values));
        var result = empty(positions, queries);
        TensorSpans.InParts(factor, (from, to) =>
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

    /// <summary>u = L⁻¹v in place, u_n = (v_n − Σ_{m&lt;n} L_nm·u_m)/L_nn, and Σ u_n². Four rows at a time share the u before them.</summary>
    private static Vector256<float> Substitute(ReadOnlySpan<float> factor, Span<float> solved)
    {
        var count = solved.Length / Lanes;
        var squares = Vector256<float>.Zero;
        for (var first = 0; first < count; first += 4)
        {
            var block = Math.Min(4, count - first);
            if (block == 4)
            {
                var (a, b, c, d) = LaneColumns.FourRows(factor[(first * count)..], count, solved, first);
                Subtract(solved, first, a);
                Subtract(solved, first + 1, b);
                Subtract(solved, first + 2, c);
                Subtract(solved, first + 3, d);
            }

            // Within the block, and in one of fewer rows: row by row.
            var known = block == 4 ? first : 0;
            for (var n = first; n < first + block; n++)
            {
                var rest = LaneColumns.OneRow(factor[((n * count) + known)..((n * count) + n)], solved[(known * Lanes)..]);
                var value = (At(solved, n) - rest) / factor[(n * count) + n];
                value.CopyTo(solved[(n * Lanes)..]);
                squares += value * value;
            }
        }

        return squares;
    }

    private static void Subtract(Span<float> solved, int n, Vector256<float> product) => (At(solved, n) - product).CopyTo(solved[(n * Lanes)..]);

    private static Vector256<float> At(ReadOnlySpan<float> solved, int n) => Vector256.Create(solved.Slice(n * Lanes, Lanes));
}
