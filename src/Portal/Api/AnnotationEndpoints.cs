using System.Security.Cryptography;
using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Annotate;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api;

/// <summary>What people draw on images, the masks that are made of it, and what a project leaves out of all of them.</summary>
public static class AnnotationEndpoints
{
    private const string Png = "image/png";

    public static RouteGroupBuilder MapAnnotations(this RouteGroupBuilder rest)
    {
        var image = rest.MapGroup("/images/{id:guid}").WithTags(RestTags.Annotation);
        image.MapGet("/annotation", GetAsync).Needs(TeamPermissions.Read)
            .Says("GetAnnotation", "Get what is drawn on an image", 404).Produces<RestAnnotation>();
        image.MapPut("/annotation", PutAsync).Needs(TeamPermissions.Review)
            .Says("PutAnnotation", "Save what is drawn on an image, as a whole: its masks are made of it, and its scores follow its ignore region", 400, 404, 409, 412, 413)
            .Produces<SavedAnnotation>();
        image.MapGet("/mask.png", (Guid id, Pictures pictures, HttpContext http, CancellationToken ct) =>
                pictures.SendAsync(http, db => ImageEndpoints.ImageBlob(db, id, i => i.Mask is null ? null : new(i.Mask, Png) { MayChange = true }, ct), new ImageNotFound(), ct))
            .Needs(TeamPermissions.Read).Says("GetDefectMask", "The defects that are marked on an image, imported and drawn", 404).ProducesFile(Png);
        image.MapGet("/base.png", (Guid id, Pictures pictures, HttpContext http, CancellationToken ct) =>
                pictures.SendAsync(http, db => BaseAsync(db, id, ct), new ImageNotFound(), ct))
            .Needs(TeamPermissions.Read).Says("GetBaseMask", "The mask that was imported before anybody drew", 404).ProducesFile(Png);
        image.MapGet("/ignore.png", IgnoreAsync).Needs(TeamPermissions.Read)
            .Says("GetIgnoreMask", "What scores of an image leave out: its own region and its project's", 404).ProducesFile(Png);

        var project = rest.MapGroup("/projects/{project:guid}").WithTags(RestTags.Annotation);
        project.MapGet("/ignore", GetProjectAsync).Needs(TeamPermissions.Read)
            .Says("GetProjectIgnore", "Get the region that all images of a project leave out", 404).Produces<RestProjectIgnore>();
        project.MapPut("/ignore", PutProjectAsync).Needs(TeamPermissions.Write)
            .Says("PutProjectIgnore", "Leave a region out of all images of a project; scores follow in the background", 400, 404, 412, 413).Produces<RestProjectIgnore>();
        project.MapDelete("/ignore", DeleteProjectAsync).Needs(TeamPermissions.Write)
            .Says("DeleteProjectIgnore", "Take a project's ignore region away; scores follow in the background", 404, 412).Produces(StatusCodes.Status204NoContent);
        project.MapGet("/ignore/rescoring", RescoringAsync).Needs(TeamPermissions.Read)
            .Says("GetRescoring", "How far scores have followed the project's ignore region", 404).Produces<RestRescoring>();
        project.MapPost("/ignore:stop", StopAsync).Needs(TeamPermissions.Write)
            .Says("StopRescoring", "Stop scores from following the project's ignore region", 404, 409).Produces<RestRescoring>();
        return rest;
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, HttpContext http, GetAnnotation get, CancellationToken ct)
    {
        var got = await get.HandleAsync(actor, new ImageId(id), ct);
        return got.Succeeded ? http.Tagged(RestAnnotation.Of(got.Value)) : got.Error.ToProblem();
    }

    private static async Task<IResult> PutAsync(
        Guid id, NewAnnotation body, Actor actor, HttpContext http, GetAnnotation get, SaveAnnotation save, CancellationToken ct)
    {
        if (body.Shapes is null || body.Shapes.Any(shape => shape?.Points is null))
            return new NoShapes().ToProblem();
        var image = new ImageId(id);
        var expected = await EntityTags.ExpectAsync(
            http, () => get.HandleAsync(actor, image, ct), RestAnnotation.Of, answer => answer.Annotation.ConcurrencyStamp, new AnnotationChanged());
        if (!expected.Succeeded)
            return expected.Error.ToProblem();
        var saved = await save.HandleAsync(actor, new(image, [.. body.Shapes.Select(shape => shape.ToShape())], body.UseBase, expected.Value), ct);
        if (!saved.Succeeded)
            return saved.Error.ToProblem();
        var annotation = RestAnnotation.Of(saved.Value.Image, saved.Value.Annotation);
        http.Tag(annotation);
        return TypedResults.Ok(new SavedAnnotation(annotation, saved.Value.Note));
    }

    private static async Task<StoredFile?> BaseAsync(PortalDbContext db, Guid id, CancellationToken ct)
    {
        var imageId = new ImageId(id);
        if (await db.Images.AsNoTracking().FirstOrDefaultAsync(i => i.Id == imageId, ct) is not { } image)
            return null;
        var annotation = await db.Annotations.AsNoTracking().FirstOrDefaultAsync(a => a.ImageId == imageId, ct) ?? ImageAnnotation.Of(image);
        annotation.TakeUp(image);
        return annotation.BaseMask is { } mask ? new(mask, Png) { MayChange = true } : null;
    }

    private static async Task<IResult> IgnoreAsync(Guid id, Actor actor, HttpContext http, GetIgnoreMask get, CancellationToken ct)
    {
        var got = await get.HandleAsync(actor, new ImageId(id), ct);
        if (!got.Succeeded)
            return got.Error.ToProblem();
        http.Response.Headers.CacheControl = "private, no-cache";
        var tag = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(got.Value.Mark)).AsSpan(0, 16));
        return TypedResults.Bytes(got.Value.Png, Png, entityTag: new EntityTagHeaderValue($"\"{tag}\""));
    }

    private static async Task<IResult> GetProjectAsync(Guid project, Actor actor, HttpContext http, GetProjectIgnore get, CancellationToken ct)
    {
        var got = await get.HandleAsync(actor, new ProjectId(project), ct);
        return got.Succeeded ? http.Tagged(RestProjectIgnore.Of(got.Value)) : got.Error.ToProblem();
    }

    private static async Task<IResult> PutProjectAsync(
        Guid project, NewProjectIgnore body, Actor actor, HttpContext http, GetProjectIgnore get, SaveProjectIgnore save, CancellationToken ct)
    {
        if (body.Shapes is null || body.Shapes.Any(shape => shape?.Points is null))
            return new NoShapes().ToProblem();
        var id = new ProjectId(project);
        var expected = await ExpectAsync(http, id, actor, get, ct);
        if (!expected.Succeeded)
            return expected.Error.ToProblem();
        var saved = await save.HandleAsync(actor, new(id, body.Width, body.Height, [.. body.Shapes.Select(shape => shape.ToShape())]), ct);
        if (!saved.Succeeded)
            return saved.Error.ToProblem();
        http.Tag(RestProjectIgnore.Of(saved.Value));
        return TypedResults.Ok(RestProjectIgnore.Of(saved.Value));
    }

    private static async Task<IResult> DeleteProjectAsync(
        Guid project, Actor actor, HttpContext http, GetProjectIgnore get, RemoveProjectIgnore remove, CancellationToken ct)
    {
        var id = new ProjectId(project);
        var expected = await ExpectAsync(http, id, actor, get, ct);
        if (!expected.Succeeded)
            return expected.Error.ToProblem();
        var removed = await remove.HandleAsync(actor, id, ct);
        return removed.Succeeded ? TypedResults.NoContent() : removed.Error.ToProblem();
    }

    private static async Task<IResult> RescoringAsync(Guid project, Actor actor, GetProjectIgnore get, CancellationToken ct)
    {
        var got = await get.HandleAsync(actor, new ProjectId(project), ct);
        return got.Succeeded ? TypedResults.Ok(RestRescoring.Of(got.Value)) : got.Error.ToProblem();
    }

    private static async Task<IResult> StopAsync(Guid project, Actor actor, StopRescoring stop, CancellationToken ct)
    {
        var stopped = await stop.HandleAsync(actor, new ProjectId(project), ct);
        return stopped.Succeeded ? TypedResults.Ok(RestRescoring.Of(stopped.Value)) : stopped.Error.ToProblem();
    }

    /// <summary>The tag is of the region alone: scores that follow it do not make it another one.</summary>
    private static Task<Result<Guid?>> ExpectAsync(HttpContext http, ProjectId id, Actor actor, GetProjectIgnore get, CancellationToken ct) =>
        EntityTags.ExpectAsync(http, () => get.HandleAsync(actor, id, ct), RestProjectIgnore.Of, _ => null, new ProjectIgnoreChanged());

    private sealed record NoShapes()
        : Error(ErrorKind.Invalid, "annotation.none", "The request has no “shapes”, or one without “points”. Send an empty list to clear the drawing.");
}
