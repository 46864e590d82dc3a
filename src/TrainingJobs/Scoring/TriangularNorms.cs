using System.Runtime.CompilerServices;
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
            var (solved, size) = (new float[count * Lanes], count * count);
            var triangles = factors.Floats();
            var sides = vectors.Floats();
            var squares = norms.Floats();
            for (var p = 0; p < to - from; p++)
                Position(triangles.Slice(p * size, size), sides.Slice(p * count * queries, count * queries), squares.Slice(p * queries, queries), solved);
        });
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    /// <summary>u = L⁻¹v in place, u_n = (v_n − Σ_{m&lt;n} L_nm·u_m)/L_nn, and Σ u_n².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector256<float> Substitute(ReadOnlySpan<float> factor, Span<float> solved)
    {
        var count = solved.Length / Lanes;
        var squares = Vector256<float>.Zero;
        var n = 0;
        for (; n + 4 <= count; n += 4)
        {
            // Four rows share the u before them; among themselves they stay in registers, and the reciprocals wait for nothing.
            var (a, b, c, d) = LaneColumns.FourRows(factor[(n * count)..], count, solved, n);
            var first = factor.Slice((n * count) + n, 1);
            var second = factor.Slice(((n + 1) * count) + n, 2);
            var third = factor.Slice(((n + 2) * count) + n, 3);
            var fourth = factor.Slice(((n + 3) * count) + n, 4);
            a = (At(solved, n) - a) * (1 / first[0]);
            b = (At(solved, n + 1) - b - (a * second[0])) * (1 / second[1]);
            c = (At(solved, n + 2) - c - (a * third[0]) - (b * third[1])) * (1 / third[2]);
            d = (At(solved, n + 3) - d - (a * fourth[0]) - (b * fourth[1]) - (c * fourth[2])) * (1 / fourth[3]);
            a.CopyTo(solved[(n * Lanes)..]);
            b.CopyTo(solved[((n + 1) * Lanes)..]);
            c.CopyTo(solved[((n + 2) * Lanes)..]);
            d.CopyTo(solved[((n + 3) * Lanes)..]);
            squares += ((a * a) + (b * b)) + ((c * c) + (d * d));
        }

        for (; n < count; n++)
        {
            var value = (At(solved, n) - LaneColumns.OneRow(factor.Slice(n * count, n), solved)) / factor[(n * count) + n];
            value.CopyTo(solved[(n * Lanes)..]);
            squares += value * value;
        }

        return squares;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> At(ReadOnlySpan<float> solved, int n) => Vector256.Create(solved.Slice(n * Lanes, Lanes));
}
