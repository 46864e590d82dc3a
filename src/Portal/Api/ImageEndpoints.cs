using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Api.Rest;
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
        var images = rest.MapGroup("/images/{id:guid}").Needs(TeamPermissions.Read);
        images.MapGet("/view", (Guid id, Pictures pictures, HttpContext http, CancellationToken ct) =>
            pictures.SendAsync(http, Png, db => ImageBlob(db, id, i => i.Blobs.View, ct), new ImageNotFound(), ct));
        images.MapGet("/thumbnail", (Guid id, Pictures pictures, HttpContext http, CancellationToken ct) =>
            pictures.SendAsync(http, Features.Images.ImageIngest.ThumbnailType, db => ImageBlob(db, id, i => i.Blobs.Thumbnail, ct), new ImageNotFound(), ct));
        images.MapGet("/mask", (Guid id, Pictures pictures, HttpContext http, CancellationToken ct) =>
            pictures.SendAsync(http, Png, db => ImageBlob(db, id, i => i.Mask, ct), new ImageNotFound(), ct));
        return rest;
    }

    public static RouteGroupBuilder MapResults(this RouteGroupBuilder rest)
    {
        var results = rest.MapGroup("/results/{id:guid}").Needs(TeamPermissions.Read);
        results.MapGet("/heatmap.png", (Guid id, Pictures pictures, HttpContext http, CancellationToken ct) =>
            pictures.SendAsync(http, Png, db => ResultBlob(db, id, r => r.Heatmap, ct), new ResultNotFound(), ct));
        results.MapGet("/map", (Guid id, Pictures pictures, HttpContext http, CancellationToken ct) =>
            pictures.SendAsync(http, Raw, db => ResultBlob(db, id, r => r.Map, ct), new ResultNotFound(), ct));
        return rest;
    }

    private static async Task<BlobKey?> ImageBlob(PortalDbContext db, Guid id, Func<InspectionImage, BlobKey?> pick, CancellationToken ct)
    {
        var imageId = new ImageId(id);
        var image = await db.Images.AsNoTracking().FirstOrDefaultAsync(i => i.Id == imageId, ct);
        return image is null ? null : pick(image);
    }

    private static async Task<BlobKey?> ResultBlob(PortalDbContext db, Guid id, Func<ScoredImage, BlobKey> pick, CancellationToken ct)
    {
        var resultId = new ResultId(id);
        var result = await db.Results.AsNoTracking().FirstOrDefaultAsync(r => r.Id == resultId, ct);
        return result is null ? null : pick(result);
    }
}

/// <summary>Sends a blob of the caller's team, or 404 when the team has no such thing.</summary>
public sealed class Pictures(PortalDb db, IBlobStore blobs) : IUseCase
{
    public async Task<IResult> SendAsync(
        HttpContext http, string contentType, Func<PortalDbContext, Task<BlobKey?>> find, Error missing, CancellationToken ct)
    {
        if (Actor.From(http.User) is not { } actor)
            return TypedResults.Unauthorized();
        BlobKey? key;
        await using (var context = db.ForTenant(actor.Tenant))
            key = await find(context);
        if (key is null)
            return missing.ToProblem();
        var content = await blobs.OpenReadAsync(actor.Tenant, key, ct);
        if (content is null)
            return missing.ToProblem();
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.Stream(content, contentType, entityTag: new EntityTagHeaderValue($"\"{key.Sha256}\""), enableRangeProcessing: true);
    }
}
