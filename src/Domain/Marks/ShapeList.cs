using System.Globalization;
using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Marks;

/// <summary>The rules that a list of shapes keeps.</summary>
public static class ShapeList
{
    public const int MaxShapes = 500;
    public const int MaxPointsTogether = 50_000;

    /// <summary>The shapes as they are kept, or what is wrong with them. Numbers from 1, as a person counts.</summary>
    public static Result<IReadOnlyList<Shape>> Check(IReadOnlyList<Shape> shapes, int width, int height)
    {
        if (shapes.Count > MaxShapes)
            return new TooManyShapes(shapes.Count);
        if (shapes.Sum(shape => (long)(shape.Points?.Count ?? 0) / 2) > MaxPointsTogether)
            return new TooManyPoints();
        var kept = new List<Shape>(shapes.Count);
        for (var i = 0; i < shapes.Count; i++)
        {
            if (WrongWith(shapes[i], width, height) is { } wrong)
                return new InvalidShape(i + 1, wrong);
            kept.Add(Kept(shapes[i]));
        }

        return kept;
    }

    public static bool Same(IReadOnlyList<Shape> first, IReadOnlyList<Shape> second) => first.SequenceEqual(second);

    /// <summary>The defect type that most shapes have, of several the one that was drawn first; null when no shape has one.</summary>
    public static string? DefectTypeOf(IReadOnlyList<Shape> shapes) => shapes
        .Where(shape => shape is { Layer: ShapeLayer.Defect, Tool: not ShapeTool.Erase, DefectType: not null })
        .GroupBy(shape => shape.DefectType)
        .OrderByDescending(group => group.Count())
        .FirstOrDefault()?.Key;

    private static Shape Kept(Shape shape) => shape with
    {
        Radius = shape.IsStroke ? shape.Radius : null,
        DefectType = shape is { Layer: ShapeLayer.Defect, Tool: not ShapeTool.Erase } && !string.IsNullOrWhiteSpace(shape.DefectType) ? shape.DefectType.Trim() : null,
    };

    private static string? WrongWith(Shape shape, int width, int height)
    {
        if (!Enum.IsDefined(shape.Tool) || !Enum.IsDefined(shape.Layer) || shape.Points is null)
            return "it needs a tool, a layer and points";
        if (shape.Points.Count % 2 != 0)
            return "its points are x and y in turn, so their number is even";
        var points = shape.Points.Count / 2;
        if (points > Shape.MaxPoints)
            return $"it has {points} points, and {Shape.MaxPoints} are the most. Draw it in parts";
        if (shape.Tool == ShapeTool.Polygon && points < Shape.MinPolygonPoints)
            return $"a polygon has at least {Shape.MinPolygonPoints} points";
        if (shape.Tool == ShapeTool.Box && points != 2)
            return "a box has two points, opposite corners";
        if (points == 0)
            return "it has no point";
        if (shape.IsStroke && shape.Radius is not (>= Shape.MinRadius and <= Shape.MaxRadius))
            return string.Create(CultureInfo.InvariantCulture, $"a stroke's radius goes from {Shape.MinRadius} to {Shape.MaxRadius} pixels");
        if (shape.DefectType?.Trim().Length > Shape.DefectTypeMaxLength)
            return $"a defect type has at most {Shape.DefectTypeMaxLength} characters";
        for (var i = 0; i < shape.Points.Count; i++)
        {
            var (at, side) = (shape.Points[i], i % 2 == 0 ? width : height);
            if (!double.IsFinite(at) || at < -Shape.Margin || at > side + Shape.Margin)
                return $"point {(i / 2) + 1} lies far outside the picture, which is {width}×{height}";
        }

        return null;
    }
}

public sealed record TooManyShapes(int Count)
    : Error(ErrorKind.TooLarge, "annotation.shapes", $"{Count} shapes are too many: {ShapeList.MaxShapes} are the most. Join some, or remove some.");

public sealed record TooManyPoints()
    : Error(ErrorKind.TooLarge, "annotation.points", $"The shapes have over {ShapeList.MaxPointsTogether} points together. Remove some, or draw with fewer points.");

public sealed record InvalidShape(int Number, string Why)
    : Error(ErrorKind.Invalid, "annotation.shape", $"Shape {Number} cannot be kept: {Why}.");
