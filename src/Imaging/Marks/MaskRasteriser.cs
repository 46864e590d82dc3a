using System.Runtime.InteropServices;
using FewShotAD.Domain.Marks;
using SkiaSharp;

namespace FewShotAD.Imaging.Marks;

/// <summary>
/// Makes a mask of shapes: in their order over a base, without smoothed edges, so that a pixel is in or out. A pixel belongs to an area
/// when its middle does; areas that cross themselves are filled whole.
/// </summary>
public static class MaskRasteriser
{
    /// <param name="below">The mask that the first shape is drawn on, of the same size; null for an empty one.</param>
    /// <returns>Null when no pixel is set.</returns>
    public static Mask? Draw(int width, int height, IEnumerable<Shape> shapes, ShapeLayer layer, Mask? below = null)
    {
        if (below is not null && (below.Width != width || below.Height != height))
            throw new ArgumentException($"A mask of {below.Width}×{below.Height} is no base for {width}×{height}.", nameof(below));
        var pixels = new byte[width * height];
        below?.Pixels.CopyTo(pixels, 0);
        var pinned = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        try
        {
            var info = new SKImageInfo(width, height, SKColorType.Alpha8, SKAlphaType.Premul);
            using var surface = SKSurface.Create(info, pinned.AddrOfPinnedObject(), width)
                ?? throw new InvalidOperationException("There is no surface to draw on.");
            foreach (var shape in shapes.Where(shape => shape.Layer == layer))
                Draw(surface.Canvas, shape);
            surface.Canvas.Flush();
        }
        finally
        {
            pinned.Free();
        }

        return pixels.AsSpan().ContainsAnyExcept((byte)0) ? new Mask(width, height, pixels) : null;
    }

    private static void Draw(SKCanvas canvas, Shape shape)
    {
        using var paint = new SKPaint
        {
            IsAntialias = false,
            Color = SKColors.White,
            BlendMode = shape.Tool == ShapeTool.Erase ? SKBlendMode.Clear : SKBlendMode.Src,
            Style = shape.IsStroke ? SKPaintStyle.Stroke : SKPaintStyle.Fill,
            StrokeWidth = (float)(2 * (shape.Radius ?? 0)),
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
        };
        var points = PointsOf(shape);
        if (shape.IsStroke && points.All(point => point == points[0]))
        {
            // A line of no length has no direction, and is not drawn everywhere.
            paint.Style = SKPaintStyle.Fill;
            canvas.DrawCircle(points[0], (float)shape.Radius!.Value, paint);
            return;
        }

        using var path = new SKPath { FillType = SKPathFillType.Winding };
        path.AddPoly(points, close: !shape.IsStroke);
        canvas.DrawPath(path, paint);
    }

    private static SKPoint[] PointsOf(Shape shape)
    {
        var at = shape.Points;
        // As the polygon of its corners: one rule decides which pixels are in.
        if (shape.Tool == ShapeTool.Box)
            return [Point(at[0], at[1]), Point(at[2], at[1]), Point(at[2], at[3]), Point(at[0], at[3])];
        return [.. Enumerable.Range(0, at.Count / 2).Select(i => Point(at[2 * i], at[(2 * i) + 1]))];

        static SKPoint Point(double x, double y) => new((float)x, (float)y);
    }
}
