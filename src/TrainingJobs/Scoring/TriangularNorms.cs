using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>
/// ‖L⁻¹v‖² by forward substitution on the processor. The library solves one small system after the other, some fifty times slower than
/// memory gives them; here the images of a batch are the lanes of a vector and the triangle is read once.
/// </summary>
public static class TriangularNorms
{
    private const int Lanes = LaneColumns.Lanes;

    /// <summary>The lower triangles of L (P,N,N), row after row: (P,N(N+1)/2). Half the memory, and half of it to read for every image.</summary>
    public static Tensor Pack(Tensor factor)
    {
        using var scope = NewDisposeScope();
        var count = factor.shape[1];
        var kept = Enumerable.Range(0, (int)count).SelectMany(n => Enumerable.Range(0, n + 1).Select(m => (n * count) + m)).ToArray();
        return factor.reshape(factor.shape[0], -1).index_select(1, tensor(kept, device: factor.device)).MoveToOuterDisposeScope();
    }

    /// <param name="triangles">Of <see cref="Pack"/>, (P,N(N+1)/2), contiguous.</param>
    /// <param name="values">v: (P,N,Q), contiguous.</param>
    /// <returns>(P,Q). The same bits for every number of threads: a position is one thread's work.</returns>
    public static Tensor Of(Tensor triangles, Tensor values)
    {
        var (positions, count, queries) = ((int)triangles.shape[0], (int)values.shape[1], (int)values.shape[2]);
        var size = count * (count + 1) / 2;
        if (values.shape[0] != positions || triangles.shape[1] != size)
            throw new ArgumentException($"Values ({string.Join(',', values.shape)}) do not fit triangles ({string.Join(',', triangles.shape)}).", nameof(values));
        var result = empty(positions, queries);
        TensorSpans.InParts(triangles, (from, to) =>
        {
            using var factors = triangles.slice(0, from, to, 1);
            using var vectors = values.slice(0, from, to, 1);
            using var norms = result.slice(0, from, to, 1);
            var solved = new float[count * Lanes];
            var rows = factors.Floats();
            var sides = vectors.Floats();
            var squares = norms.Floats();
            for (var p = 0; p < to - from; p++)
                Position(rows.Slice(p * size, size), sides.Slice(p * count * queries, count * queries), squares.Slice(p * queries, queries), solved);
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
            var rows = factor[(n * (n + 1) / 2)..];
            var (at1, at2, at3) = (n + 1, (2 * n) + 3, (3 * n) + 6);
            var (a, b, c, d) = LaneColumns.FourRows(rows, at1, at2, at3, solved, n);
            var first = rows.Slice(n, 1);
            var second = rows.Slice(at1 + n, 2);
            var third = rows.Slice(at2 + n, 3);
            var fourth = rows.Slice(at3 + n, 4);
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
            var row = factor.Slice(n * (n + 1) / 2, n + 1);
            var value = (At(solved, n) - LaneColumns.OneRow(row[..n], solved)) / row[n];
            value.CopyTo(solved[(n * Lanes)..]);
            squares += value * value;
        }

        return squares;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> At(ReadOnlySpan<float> solved, int n) => Vector256.Create(solved.Slice(n * Lanes, Lanes));
}
