using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Annotate;

/// <summary>
/// Keeps what somebody drew on an image, as a whole, and makes its masks of it. The same document again changes nothing. The scores of
/// the image follow its ignore region at once.
/// </summary>
public sealed class SaveAnnotation(PortalDb db, MarkPictures pictures, Rescoring rescoring, TimeProvider time) : IUseCase
{
    /// <param name="UseBase">Whether the imported mask under the shapes counts.</param>
    /// <param name="Expected">The state that the caller saw, when it must still be that one; empty for an image nobody drew on.</param>
    public sealed record Request(ImageId Image, IReadOnlyList<Shape> Shapes, bool UseBase = true, Guid? Expected = null);

    /// <param name="Note">For the person, when something is not as one might think.</param>
    public sealed record Answer(InspectionImage Image, ImageAnnotation Annotation, string? Note);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Review);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        var image = await context.Images.FirstOrDefaultAsync(i => i.Id == request.Image, ct);
        if (image is null)
            return new ImageNotFound();
        var annotation = await context.Annotations.FirstOrDefaultAsync(a => a.ImageId == request.Image, ct);
        var isNew = annotation is null;
        annotation ??= ImageAnnotation.Of(image);
        if (request.Expected is { } seen && seen != annotation.ConcurrencyStamp)
            return new AnnotationChanged();
        annotation.TakeUp(image);
        var changed = annotation.Change(image, request.UseBase, request.Shapes);
        if (!changed.Succeeded)
            return changed.Error;
        if (!changed.Value)
            return new Answer(image, annotation, NoteOf(image, annotation));
        var before = image.Ignore;
        var (defect, ignore) = await pictures.DrawAsync(image, annotation, ct);
        if (annotation.Draw(image, defect, ignore, actor.User, time.GetUtcNow()))
            context.Record(actor, time, AuditAction.ImageAnnotate, "image", image.Id, image.Name);
        if (isNew)
            context.Annotations.Add(annotation);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new AnnotationChanged();
        }
        catch (DbUpdateException) when (isNew)
        {
            return new AnnotationChanged(); // two began at once, or the image was deleted: what is there now tells
        }

        if (image.Ignore != before)
            await rescoring.ImageAsync(actor.Tenant, image.Id, ct);
        return new Answer(image, annotation, NoteOf(image, annotation));
    }

    private static string? NoteOf(InspectionImage image, ImageAnnotation annotation) =>
        image is { Label: ImageLabel.Defective, Mask: null } && annotation.Version > 0
            ? "No defect is marked any more. The image is still labelled defective: set its label on the images page if it is good."
            : null;
}
