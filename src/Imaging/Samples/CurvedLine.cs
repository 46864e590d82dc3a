using System.Numerics;

namespace FewShotAD.Imaging.Samples;

/// <summary>A smooth line through random control points, as a polyline: a scratch or a fibre.</summary>
internal sealed class CurvedLine
{
    private const int Segments = 28;

    private readonly Vector2[] points = new Vector2[Segments + 1];
    private readonly Vector2 low;
    private readonly Vector2 high;

    /// <param name="start">One end.</param>
    /// <param name="end">The other.</param>
    /// <param name="bend">How far the two inner control points leave the straight line, in pixels.</param>
    /// <param name="random">Moves the control points.</param>
    public CurvedLine(Vector2 start, Vector2 end, float bend, Random random)
    {
        var across = Vector2.Normalize(new Vector2(start.Y - end.Y, end.X - start.X));
        var first = Vector2.Lerp(start, end, 0.33f) + across * random.Between(-bend, bend);
        var second = Vector2.Lerp(start, end, 0.67f) + across * random.Between(-bend, bend);
        low = new Vector2(float.MaxValue);
        high = new Vector2(float.MinValue);
        for (var i = 0; i <= Segments; i++)
        {
            var t = i / (float)Segments;
            var s = 1 - t;
            points[i] = s * s * s * start + 3 * s * s * t * first + 3 * s * t * t * second + t * t * t * end;
            low = Vector2.Min(low, points[i]);
            high = Vector2.Max(high, points[i]);
        }
    }

    /// <summary>
    /// Where a point lies to the line: pixels from it (positive on its right, negative on its left) and how far along, 0 to 1.
    /// Null beyond <paramref name="reach"/>, which is cheap to tell.
    /// </summary>
    public (float Distance, float Along)? Locate(Vector2 point, float reach)
    {
        if (point.X < low.X - reach || point.Y < low.Y - reach || point.X > high.X + reach || point.Y > high.Y + reach)
            return null;
        var (nearest, along, side) = (reach * reach, -1f, 1f);
        for (var i = 0; i < Segments; i++)
        {
            var step = points[i + 1] - points[i];
            var to = point - points[i];
            var t = Math.Clamp(Vector2.Dot(to, step) / step.LengthSquared(), 0, 1);
            var squared = (to - t * step).LengthSquared();
            if (squared >= nearest)
                continue;
            (nearest, along) = (squared, (i + t) / Segments);
            side = step.X * to.Y - step.Y * to.X < 0 ? -1 : 1;
        }

        return along < 0 ? null : (MathF.Sqrt(nearest) * side, along);
    }
}
