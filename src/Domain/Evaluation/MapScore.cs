using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FewShotAD.Domain.Evaluation;

/// <summary>From a map to the score of its image: the largest mean over a square window, with a window of 1 the largest value.</summary>
public static class MapScore
{
    /// <param name="map">side × side values, row by row.</param>
    /// <param name="window">Side of the window, at most that of the map; it moves by one pixel and stays inside.</param>
    public static double Of(ReadOnlySpan<float> map, int side, int window)
    {
        if (map.Length != side * side || window < 1 || window > side)
            throw new ArgumentException($"{map.Length} values are no map of side {side} with a window of {window}.", nameof(map));
        if (window == 1)
            return Largest(map);
        // Sums of a column over the window's rows, then of those over its columns: a value is added and taken away once.
        var columns = new double[side];
        var largest = double.NegativeInfinity;
        for (var row = 0; row < side; row++)
        {
            for (var x = 0; x < side; x++)
                columns[x] += (double)map[(row * side) + x] - (row >= window ? map[((row - window) * side) + x] : 0);
            if (row < window - 1)
                continue;
            var sum = 0.0;
            for (var x = 0; x < side; x++)
            {
                sum += columns[x] - (x >= window ? columns[x - window] : 0);
                if (x >= window - 1)
                    largest = Math.Max(largest, sum);
            }
        }

        return largest / (window * window);
    }

    /// <summary>NaN where one value is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Largest(ReadOnlySpan<float> map)
    {
        var lanes = Vector256.Create(float.NegativeInfinity);
        var i = 0;
        for (; i <= map.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            lanes = Vector256.Max(lanes, Vector256.Create(map.Slice(i, Vector256<float>.Count)));
        var largest = float.NegativeInfinity;
        for (var lane = 0; lane < Vector256<float>.Count; lane++)
            largest = Math.Max(largest, lanes[lane]);
        for (; i < map.Length; i++)
            largest = Math.Max(largest, map[i]);
        return largest;
    }
}
