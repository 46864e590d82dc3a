using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Images;

/// <summary>Gives an image its ground truth; one that it had is replaced. An image with a mask is defective.</summary>
public sealed class AttachMask(PortalDb db, ImageIngest ingest, TimeProvider time) : IUseCase
{
    /// <param name="Content">A PNG, seekable; read from its start.</param>
    public sealed record Request(ImageId Image, Stream Content);

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        var image = await context.Images.FirstOrDefaultAsync(i => i.Id == request.Image, ct);
        if (image is null)
            return new ImageNotFound();
        var mask = await ingest.PrepareMaskAsync(actor.Tenant, request.Content, $"mask of {image.Name}", image, ct);
        if (!mask.Succeeded)
            return mask.Error;
        var attached = image.AttachMask(mask.Value);
        if (!attached.Succeeded)
            return attached;
        context.Record(actor, time, AuditAction.MaskUpload, "image", image.Id, image.Name);
        await context.SaveChangesAsync(ct);
        return Result.Ok;
    }
}
