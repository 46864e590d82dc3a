using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Annotate;

/// <summary>What is drawn on an image.</summary>
public sealed class GetAnnotation(PortalDb db) : IUseCase
{
    public sealed record Answer(InspectionImage Image, ImageAnnotation Annotation);

    public async Task<Result<Answer>> HandleAsync(Actor actor, ImageId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var image = await context.Images.AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, ct);
        if (image is null)
            return new ImageNotFound();
        var annotation = await context.Annotations.AsNoTracking().FirstOrDefaultAsync(a => a.ImageId == id, ct) ?? ImageAnnotation.Of(image);
        annotation.TakeUp(image);
        return new Answer(image, annotation);
    }
}
