using FewShotAD.Domain.Marks;
using FewShotAD.Portal.Features.Annotate;

namespace FewShotAD.Portal.Api;

/// <param name="Points">x and y in turn, in pixels of the view. A box has two opposite corners.</param>
/// <param name="Radius">Of a brush or eraser.</param>
public sealed record RestShape(ShapeTool Tool, ShapeLayer Layer, IReadOnlyList<double> Points, double? Radius = null, string? DefectType = null)
{
    internal static RestShape Of(Shape shape) => new(shape.Tool, shape.Layer, shape.Points, shape.Radius, shape.DefectType);

    internal Shape ToShape() => new(Tool, Layer, Points, Radius, DefectType);
}

/// <param name="UseBase">False leaves out the mask that was imported before anybody drew.</param>
public sealed record NewAnnotation(IReadOnlyList<RestShape> Shapes, bool UseBase = true);

/// <param name="Version">Counts the saved changes; 0 while there is none.</param>
/// <param name="HasBase">Whether there is an imported mask under the shapes.</param>
public sealed record RestAnnotation(
    Guid ImageId, int Version, int Width, int Height, bool HasBase, bool UseBase, IReadOnlyList<RestShape> Shapes, Guid? ChangedBy, DateTimeOffset? ChangedAt)
{
    internal static RestAnnotation Of(GetAnnotation.Answer answer) => Of(answer.Image, answer.Annotation);

    internal static RestAnnotation Of(Domain.Images.InspectionImage image, ImageAnnotation annotation)
    {
        var isSaved = annotation.Version > 0;
        return new RestAnnotation(
            image.Id.Value, annotation.Version, image.Width, image.Height, annotation.BaseMask is not null, annotation.UseBase,
            [.. annotation.Shapes.Select(RestShape.Of)], isSaved ? annotation.ChangedBy.Value : null, isSaved ? annotation.ChangedAt : null);
    }
}

/// <param name="Note">What a person should know, such as that the image is still labelled defective; usually null.</param>
public sealed record SavedAnnotation(RestAnnotation Annotation, string? Note);

/// <param name="Width">Of the picture on which the shapes were drawn; on others they lie at the same share of width and height.</param>
public sealed record NewProjectIgnore(int Width, int Height, IReadOnlyList<RestShape> Shapes);

/// <param name="HasRegion">False where no pixel is left out.</param>
public sealed record RestProjectIgnore(Guid ProjectId, bool HasRegion, int Width, int Height, IReadOnlyList<RestShape> Shapes)
{
    internal static RestProjectIgnore Of(ProjectIgnore region) =>
        new(region.ProjectId.Value, region.Mask is not null, region.Width, region.Height, [.. region.Shapes.Select(RestShape.Of)]);
}

public enum RescoringState
{
    Idle,
    Running,

    /// <summary>Somebody stopped it: save the region again to go on.</summary>
    Stopped,
}

/// <param name="Done">Scores that were looked through, of <paramref name="Total"/>.</param>
public sealed record RestRescoring(RescoringState State, int Done, int Total)
{
    internal static RestRescoring Of(ProjectIgnore region) => new(
        region switch { { IsRescoring: true } => RescoringState.Running, { WasStopped: true } => RescoringState.Stopped, _ => RescoringState.Idle },
        region.Done, region.Total);
}
