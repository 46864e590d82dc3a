using FewShotAD.Domain.Images;

namespace FewShotAD.Domain.Marks;

public enum ShapeTool
{
    Polygon,
    Box,
    Brush,

    /// <summary>A brush that takes away, from its own layer, what lies below it in the list.</summary>
    Erase,
}

public enum ShapeLayer
{
    /// <summary>Where the defect is: ground truth.</summary>
    Defect,

    /// <summary>What scores and metrics leave out.</summary>
    Ignore,
}

/// <summary>One thing drawn on a picture. Shapes are drawn in the order of their list.</summary>
/// <param name="Points">x and y in turn, in pixels of the view: 0 is the left or upper edge of the first pixel.</param>
/// <param name="Radius">Of a brush or eraser, in pixels.</param>
/// <param name="DefectType">What the shape marks, when somebody said.</param>
public sealed record Shape(ShapeTool Tool, ShapeLayer Layer, IReadOnlyList<double> Points, double? Radius = null, string? DefectType = null)
{
    public const int MinPolygonPoints = 3;
    public const int MaxPoints = 5_000;
    public const double MinRadius = 0.5;
    public const double MaxRadius = 512;
    public const int DefectTypeMaxLength = InspectionImage.DefectTypeMaxLength;

    /// <summary>How far outside the picture a point may lie: a stroke may run over the edge.</summary>
    public const double Margin = 512;

    public bool IsStroke => Tool is ShapeTool.Brush or ShapeTool.Erase;

    public bool Equals(Shape? other) =>
        other is not null && Tool == other.Tool && Layer == other.Layer && Radius.Equals(other.Radius) && DefectType == other.DefectType
        && Points.SequenceEqual(other.Points);

    public override int GetHashCode() => HashCode.Combine(Tool, Layer, Radius, DefectType, Points.Count);
}
