using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Api;

/// <summary>Images as data: lists, rows, changes of one and of many. Their pictures are <see cref="ImageEndpoints"/>.</summary>
public static class ImageDataEndpoints
{
    public static void MapImageData(this RouteGroupBuilder rest)
    {
        var all = rest.MapGroup("/projects/{project:guid}").WithTags(RestTags.Images);
        all.MapGet("/images", ListAsync).Needs(TeamPermissions.Read)
            .Says("ListImages", "List a project's images", 400, 404).Produces<RestPage<RestImage>>();
        all.MapPost("/images:classify", ClassifyAllAsync).Needs(TeamPermissions.Write)
            .Says("ClassifyImages", "Set split and label of many images: all of them or none", 400, 404, 409).Produces(StatusCodes.Status204NoContent);
        all.MapPost("/images:delete", DeleteAllAsync).Needs(TeamPermissions.Write)
            .Says("DeleteImages", "Delete many images with their results: all of them or none", 400, 404, 409).Produces(StatusCodes.Status204NoContent);
        var one = rest.MapGroup("/images/{id:guid}").WithTags(RestTags.Images);
        one.MapGet("", GetAsync).Needs(TeamPermissions.Read)
            .Says("GetImage", "Get an image's data", 404).Produces<RestImage>();
        one.MapPatch("", ChangeAsync).Needs(TeamPermissions.Write)
            .Says("ChangeImage", "Set an image's split, label or defect type", 400, 404, 409, 412).Produces<RestImage>();
        one.MapDelete("", DeleteAsync).Needs(TeamPermissions.Write)
            .Says("DeleteImage", "Delete an image with its results", 404, 409, 412).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(Guid project, [AsParameters] ImageFilter filter, Actor actor, ListImages list, CancellationToken ct)
    {
        var order = filter.Order?.Value ?? ImageOrder.Name;
        var (take, after) = (Cursor.Limit(filter.Limit), Cursor.Read<ImagePosition>(filter.Cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        // A position of another order says nothing in this one.
        if (after.Value is { } position && (position.Order != order || position.Name is null))
            return new InvalidCursor().ToProblem();
        var request = new ListImages.Request(
            new ProjectId(project), filter.Split?.Value, filter.Label?.Value, filter.Search, Take: take.Value + 1, DefectType: filter.DefectType);
        var page = await list.PageAsync(actor, request, order, after.Value, ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, RestImage.Of, i => new ImagePosition(order, i.Name, i.UploadedAt, i.Id.Value)))
            : page.Error.ToProblem();
    }

    private static async Task<IResult> ClassifyAllAsync(Guid project, ImagesChange body, Actor actor, ClassifyImages classify, CancellationToken ct)
    {
        if (CheckIds(body.Ids) is { } wrong)
            return wrong.ToProblem();
        var changed = await classify.HandleAsync(
            actor, new(new ProjectId(project), [.. body.Ids.Select(id => new ImageId(id))], body.Split, body.Label, body.DefectType), ct);
        return changed.Succeeded ? TypedResults.NoContent() : changed.Error.ToProblem();
    }

    private static async Task<IResult> DeleteAllAsync(Guid project, ImageSelection body, Actor actor, DeleteImages delete, CancellationToken ct)
    {
        if (CheckIds(body.Ids) is { } wrong)
            return wrong.ToProblem();
        var deleted = await delete.HandleAsync(actor, new(new ProjectId(project), [.. body.Ids.Select(id => new ImageId(id))]), ct);
        return deleted.Succeeded ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, HttpContext http, GetImage get, CancellationToken ct)
    {
        var got = await get.HandleAsync(actor, new ImageId(id), ct);
        return got.Succeeded ? http.Tagged(RestImage.Of(got.Value)) : got.Error.ToProblem();
    }

    private static async Task<IResult> ChangeAsync(
        Guid id, ImageChange body, Actor actor, HttpContext http, GetImage get, ClassifyImages classify, CancellationToken ct)
    {
        var image = await FindAsync(id, actor, http, get, ct);
        if (!image.Succeeded)
            return image.Error.ToProblem();
        var changed = await classify.HandleAsync(actor, new(image.Value.ProjectId, [image.Value.Id], body.Split, body.Label, body.DefectType), ct);
        return changed.Succeeded ? await GetAsync(id, actor, http, get, ct) : changed.Error.ToProblem();
    }

    private static async Task<IResult> DeleteAsync(Guid id, Actor actor, HttpContext http, GetImage get, DeleteImages delete, CancellationToken ct)
    {
        var image = await FindAsync(id, actor, http, get, ct);
        if (!image.Succeeded)
            return image.Error.ToProblem();
        var deleted = await delete.HandleAsync(actor, new(image.Value.ProjectId, [image.Value.Id]), ct);
        return deleted.Succeeded ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }

    /// <summary>The image, if it is the one that the caller's If-Match means.</summary>
    private static async Task<Result<InspectionImage>> FindAsync(Guid id, Actor actor, HttpContext http, GetImage get, CancellationToken ct)
    {
        var image = await get.HandleAsync(actor, new ImageId(id), ct);
        var expected = await EntityTags.ExpectAsync(http, () => Task.FromResult(image), RestImage.Of, _ => null, new ImageChanged());
        return expected.Succeeded ? image : expected.Error;
    }

    private static InvalidSelection? CheckIds(IReadOnlyList<Guid>? ids) => ids is { Count: >= 1 and <= Cursor.MaxLimit } ? null : new InvalidSelection();

    private sealed record InvalidSelection()
        : Error(ErrorKind.Invalid, "images.ids", $"“ids” names 1 to {Cursor.MaxLimit} images. Send more in several requests.");
}
