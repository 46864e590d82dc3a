using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>
/// Products of many small matrices with few columns, on the processor: eight columns are the lanes of a vector, four rows share what is
/// read of them. The library's bmm takes about twice as long for such shapes. Loops like these are optimised at their first call:
/// a folder of images may be scored before the runtime would come to it.
/// </summary>
public static class LaneColumns
{
    /// <summary>Columns that are worked on at once.</summary>
    internal const int Lanes = 8;

    /// <param name="matrices">(P,N,C), contiguous float32.</param>
    /// <param name="vectors">(P,Q,C), contiguous float32.</param>
    /// <returns>Every matrix by every vector of its position, (P,N,Q).</returns>
    public static Tensor Products(Tensor matrices, Tensor vectors)
    {
        var (positions, rows, channels, queries) = (matrices.shape[0], (int)matrices.shape[1], (int)matrices.shape[2], (int)vectors.shape[1]);
        if (vectors.shape[0] != positions || vectors.shape[2] != channels)
            throw new ArgumentException($"Vectors ({string.Join(',', vectors.shape)}) do not fit matrices ({string.Join(',', matrices.shape)}).", nameof(vectors));
        var result = empty(positions, rows, queries);
        TensorSpans.InParts(matrices, (from, to) =>
        {
            using var matrixPart = matrices.slice(0, from, to, 1);
            using var vectorPart = vectors.slice(0, from, to, 1);
            using var resultPart = result.slice(0, from, to, 1);
            var columns = new float[channels * Lanes];
            var allMatrices = matrixPart.Floats();
            var allVectors = vectorPart.Floats();
            var results = resultPart.Floats();
            for (var p = 0; p < to - from; p++)
            {
                Position(
                    allMatrices.Slice(p * rows * channels, rows * channels), allVectors.Slice(p * queries * channels, queries * channels),
                    results.Slice(p * rows * queries, rows * queries), columns, queries);
            }
        });
        return result;
    }

    /// <summary>Four rows of a matrix by the first <paramref name="count"/> vectors of lanes; the rows after the first begin where they say.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (Vector256<float> A, Vector256<float> B, Vector256<float> C, Vector256<float> D) FourRows(
        ReadOnlySpan<float> matrix, int second, int third, int fourth, ReadOnlySpan<float> columns, int count)
    {
        ref var row = ref MemoryMarshal.GetReference(matrix[..(fourth + count)]);
        ref var lanes = ref MemoryMarshal.GetReference(columns[..(count * Lanes)]);
        var (a, b, c, d) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        // Two sums for every row: a single one would wait for its own adder.
        var (e, f, g, h) = (a, a, a, a);
        var i = 0;
        for (; i + 2 <= count; i += 2)
        {
            var (x, y) = (Vector256.LoadUnsafe(ref lanes, (nuint)(i * Lanes)), Vector256.LoadUnsafe(ref lanes, (nuint)((i + 1) * Lanes)));
            a = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, i)), x, a);
            e = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, i + 1)), y, e);
            b = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, i + second)), x, b);
            f = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, i + second + 1)), y, f);
            c = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, i + third)), x, c);
            g = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, i + third + 1)), y, g);
            d = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, i + fourth)), x, d);
            h = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, i + fourth + 1)), y, h);
        }

        if (i < count)
        {
            var x = Vector256.LoadUnsafe(ref lanes, (nuint)(i * Lanes));
            a = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, i)), x, a);
            b = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, i + second)), x, b);
            c = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, i + third)), x, c);
            d = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, i + fourth)), x, d);
        }

        return (a + e, b + f, c + g, d + h);
    }

    /// <summary>One row by the first vectors of lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static Vector256<float> OneRow(ReadOnlySpan<float> row, ReadOnlySpan<float> columns)
    {
        var sum = Vector256<float>.Zero;
        for (var i = 0; i < row.Length; i++)
            sum = Vector256.FusedMultiplyAdd(Vector256.Create(row[i]), Vector256.Create(columns.Slice(i * Lanes, Lanes)), sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Position(ReadOnlySpan<float> matrix, ReadOnlySpan<float> vectors, Span<float> result, Span<float> columns, int queries)
    {
        var channels = columns.Length / Lanes;
        var rows = matrix.Length / channels;
        for (var from = 0; from < queries; from += Lanes)
        {
            var used = Math.Min(Lanes, queries - from);
            for (var q = 0; q < used; q++)
            {
                var vector = vectors.Slice((from + q) * channels, channels);
                for (var c = 0; c < vector.Length; c++)
                    columns[(c * Lanes) + q] = vector[c];
            }

            var n = 0;
            for (; n + 4 <= rows; n += 4)
            {
                var (a, b, c, d) = FourRows(matrix[(n * channels)..], channels, 2 * channels, 3 * channels, columns, channels);
                Store(a, result.Slice((n * queries) + from, used));
                Store(b, result.Slice(((n + 1) * queries) + from, used));
                Store(c, result.Slice(((n + 2) * queries) + from, used));
                Store(d, result.Slice(((n + 3) * queries) + from, used));
            }

            for (; n < rows; n++)
                Store(OneRow(matrix.Slice(n * channels, channels), columns), result.Slice((n * queries) + from, used));
        }
    }

    private static void Store(Vector256<float> lanes, Span<float> target)
    {
        if (target.Length == Lanes)
        {
            lanes.CopyTo(target);
            return;
        }

        for (var q = 0; q < target.Length; q++)
            target[q] = lanes[q];
    }
}
