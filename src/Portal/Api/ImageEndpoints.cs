using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api;

/// <summary>
/// Pictures by authorised HTTP. A blob's name is the hash of its content, so the hash is the ETag and the browser may keep it
/// for good; <c>private</c>, because the next person at the browser may belong to another team.
/// </summary>
public static class ImageEndpoints
{
    private const string Png = "image/png";
    private const string Raw = "application/octet-stream";

    public static RouteGroupBuilder MapImages(this RouteGroupBuilder rest)
    {
        rest.MapUpload();
        rest.MapImageData();
        rest.MapMask();
        var images = rest.MapGroup("/images/{id:guid}").Needs(TeamPermissions.Read).WithTags(RestTags.Images);
        images.MapGet("/view", (Guid id, Pictures pictures, HttpContext http, CancellationToken ct) =>
                pictures.SendAsync(http, db => ImageBlob(db, id, i => new(i.Blobs.View, Png), ct), new ImageNotFound(), ct))
            .Says("GetImageView", "The picture as people and models see it: upright, sRGB, without metadata", 404).ProducesFile(Png);
        images.MapGet("/thumbnail", (Guid id, Pictures pictures, HttpContext http, CancellationToken ct) =>
                pictures.SendAsync(http, db => ImageBlob(db, id, i => new(i.Blobs.Thumbnail, ImageIngest.ThumbnailType), ct), new ImageNotFound(), ct))
            .Says("GetImageThumbnail", "The picture at 256 pixels", 404).ProducesFile(ImageIngest.ThumbnailType);
        images.MapGet("/original", (Guid id, Pictures pictures, HttpContext http, CancellationToken ct) =>
                pictures.SendAsync(http, db => ImageBlob(db, id, i => new(i.Blobs.Original, Raw, Path.GetFileName(i.Name)), ct), new ImageNotFound(), ct))
            .Says("GetImageOriginal", "The file as it was uploaded, to save", 404).ProducesFile(Raw);
        images.MapGet("/mask", (Guid id, Pictures pictures, HttpContext http, CancellationToken ct) =>
                pictures.SendAsync(http, db => ImageBlob(db, id, i => i.Mask is null ? null : new(i.Mask, Png) { MayChange = true }, ct), new ImageNotFound(), ct))
            .Says("GetImageMask", "The ground truth of a defective image", 404).ProducesFile(Png);
        return rest;
    }

    /// <summary>For the document: a file instead of JSON.</summary>
    public static RouteHandlerBuilder ProducesFile(this RouteHandlerBuilder endpoint, string contentType) =>
        endpoint.Produces<Stream>(StatusCodes.Status200OK, contentType);

    internal static async Task<StoredFile?> ImageBlob(PortalDbContext db, Guid id, Func<InspectionImage, StoredFile?> pick, CancellationToken ct)
    {
        var imageId = new ImageId(id);
        var image = await db.Images.AsNoTracking().FirstOrDefaultAsync(i => i.Id == imageId, ct);
        return image is null ? null : pick(image);
    }
}

/// <param name="Name">Given for a file that is to be saved rather than shown.</param>
public sealed record StoredFile(BlobKey Key, string ContentType, string? Name = null)
{
    /// <summary>The address may lead to another content one day, so the browser asks each time whether it still has the right one.</summary>
    public bool MayChange { get; init; }
}

/// <summary>Sends a blob of the caller's team, or 404 when the team has no such thing.</summary>
public sealed class Pictures(PortalDb db, IBlobStore blobs) : IUseCase
{
    public async Task<IResult> SendAsync(
        HttpContext http, Func<PortalDbContext, Task<StoredFile?>> find, Error missing, CancellationToken ct)
    {
        if (Actor.From(http.User) is not { } actor)
            return TypedResults.Unauthorized();
        StoredFile? file;
        await using (var context = db.ForTenant(actor.Tenant))
            file = await find(context);
        if (file is null)
            return missing.ToProblem();
        var content = await blobs.OpenReadAsync(actor.Tenant, file.Key, ct);
        if (content is null)
            return missing.ToProblem();
        http.Response.Headers.CacheControl = file.MayChange ? "private, no-cache" : "private, max-age=31536000, immutable";
        return TypedResults.Stream(
            content, file.ContentType, file.Name, entityTag: new EntityTagHeaderValue($"\"{file.Key.Sha256}\""), enableRangeProcessing: true);
    }
}
