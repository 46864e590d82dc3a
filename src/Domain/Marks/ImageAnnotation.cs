using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Marks;

/// <summary>
/// What people drew on an image. The masks that scores and metrics read are made from it: shapes in their order over the mask that was
/// there before anybody drew.
/// </summary>
public sealed class ImageAnnotation : ITenantOwned
{
    /// <summary>Autosave writes every second: the audit trail gets one line per person and sitting.</summary>
    public static readonly TimeSpan Sitting = TimeSpan.FromMinutes(10);

    private ImageAnnotation() => Shapes = [];

    public TenantId TenantId { get; private set; }

    public ImageId ImageId { get; private set; }

    /// <summary>The imported ground truth under the shapes; null when there was none.</summary>
    public BlobKey? BaseMask { get; private set; }

    /// <summary>Whether the imported ground truth counts.</summary>
    public bool UseBase { get; private set; }

    public IReadOnlyList<Shape> Shapes { get; private set; }

    /// <summary>The image's defect mask as it was drawn last. Another one on the image says that somebody imported it since.</summary>
    public BlobKey? Drawn { get; private set; }

    /// <summary>Counts the saved changes; 0 while there is none.</summary>
    public int Version { get; private set; }

    public UserId ChangedBy { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>When the audit trail was told last.</summary>
    public DateTimeOffset NotedAt { get; private set; }

    /// <summary>Changes with every write: who saves over another state than the one seen is told so.</summary>
    public Guid ConcurrencyStamp { get; private set; }

    /// <summary>Nothing drawn yet.</summary>
    public static ImageAnnotation Of(InspectionImage image) => new()
    {
        TenantId = image.TenantId,
        ImageId = image.Id,
        BaseMask = image.Mask,
        Drawn = image.Mask,
        UseBase = true,
    };

    /// <summary>A mask that was imported after the drawing takes the place of what it replaced; ignore regions stay.</summary>
    public void TakeUp(InspectionImage image)
    {
        if (image.Mask == Drawn)
            return;
        (BaseMask, Drawn, UseBase) = (image.Mask, image.Mask, true);
        Shapes = [.. Shapes.Where(shape => shape.Layer == ShapeLayer.Ignore)];
    }

    /// <returns>Whether anything is other than it was.</returns>
    public Result<bool> Change(InspectionImage image, bool useBase, IReadOnlyList<Shape> shapes)
    {
        var kept = ShapeList.Check(shapes, image.Width, image.Height);
        if (!kept.Succeeded)
            return kept.Error;
        if (image.Split == ImageSplit.Support && kept.Value.Any(shape => shape.Layer == ShapeLayer.Defect))
            return new SupportShotTakesNoDefect(image.Name);
        var same = (useBase == UseBase || BaseMask is null) && ShapeList.Same(kept.Value, Shapes);
        if (!same)
            (UseBase, Shapes) = (useBase || BaseMask is null, kept.Value);
        return !same;
    }

    /// <summary>The masks that were made of the shapes become the image's.</summary>
    /// <param name="defect">Null when no pixel is marked.</param>
    /// <returns>Whether this begins a new sitting, which the audit trail is told of.</returns>
    public bool Draw(InspectionImage image, BlobKey? defect, BlobKey? ignore, UserId by, DateTimeOffset now)
    {
        if (image.Split != ImageSplit.Support)
            Drawn = defect;
        image.Draw(Drawn, ignore, ShapeList.DefectTypeOf(Shapes));
        var begins = Version == 0 || ChangedBy != by || now - NotedAt >= Sitting;
        (ChangedBy, ChangedAt, ConcurrencyStamp) = (by, now, Guid.NewGuid());
        Version++;
        if (begins)
            NotedAt = now;
        return begins;
    }

    /// <summary>For an image that is restored from a backup: its masks are there already.</summary>
    public void Restore(BlobKey? baseMask, bool useBase, IReadOnlyList<Shape> shapes) =>
        (BaseMask, UseBase, Shapes) = (baseMask, useBase, shapes);
}

public sealed record SupportShotTakesNoDefect(string Name)
    : Error(ErrorKind.Conflict, "annotation.support",
        $"“{Name}” is a support shot, which shows a good part: it takes ignore regions, but no defects. Move it to the test set first.");

public sealed record AnnotationChanged()
    : Error(ErrorKind.Stale, "annotation.changed", "Somebody else has saved this image's drawing since you read it. Read it again, then decide whose stays.");
