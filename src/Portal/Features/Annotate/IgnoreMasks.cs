using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Annotate;

/// <summary>What scores of an image leave out: its own region and its project's together.</summary>
public sealed class GetIgnoreMask(PortalDb db, MarkPictures pictures) : IUseCase
{
    /// <param name="Mark">Names the content.</param>
    public sealed record Answer(byte[] Png, string Mark);

    public async Task<Result<Answer>> HandleAsync(Actor actor, ImageId id, CancellationToken ct)
    {
        InspectionImage? image;
        BlobKey? region;
        await using (var context = db.ForTenant(actor.Tenant))
        {
            image = await context.Images.AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, ct);
            region = image is null ? null : await IgnoredPixels.OfProjectAsync(context, image.ProjectId, ct);
        }

        if (image is null)
            return new ImageNotFound();
        // Nothing ignored is an answer: a mask without a pixel.
        var png = await pictures.UnionAsync(image.Width, image.Height, new[] { image.Ignore, region }.OfType<BlobKey>(), ct);
        return new Answer(png, $"{IgnoreMark.Of(image.Ignore, region)}{image.Width}x{image.Height}");
    }
}

/// <summary>A project's ignore region, and how far its scores have followed it.</summary>
public sealed class GetProjectIgnore(PortalDb db) : IUseCase
{
    public async Task<Result<ProjectIgnore>> HandleAsync(Actor actor, ProjectId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        // A row that was just made here is not saved: it says “none”.
        return await RescoreRequests.FindAsync(context, id, ct) is { } region ? region : new Domain.Projects.ProjectNotFound();
    }
}
