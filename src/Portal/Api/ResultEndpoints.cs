using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api;

/// <summary>Results: lists with filters, one, its heatmap and raw map.</summary>
public static class ResultEndpoints
{
    private const string Png = "image/png";
    private const string Raw = "application/octet-stream";

    public static RouteGroupBuilder MapResults(this RouteGroupBuilder rest)
    {
        rest.MapGet("/projects/{project:guid}/results", ListAsync).Needs(TeamPermissions.Read).WithTags(RestTags.Results)
            .Says("ListResults", "List what a model says of the project's test images", 400, 404).Produces<RestPage<RestResult>>();
        var one = rest.MapGroup("/results/{id:guid}").Needs(TeamPermissions.Read).WithTags(RestTags.Results);
        one.MapGet("", GetAsync).Says("GetResult", "Get a result", 404).Produces<RestResult>();
        one.MapGet("/heatmap.png", HeatmapAsync).Says("GetHeatmap", "The heatmap, in the one colour scale of the model and its line", 404).ProducesFile(Png);
        one.MapGet("/map", (Guid id, Pictures pictures, HttpContext http, CancellationToken ct) =>
                pictures.SendAsync(http, db => BlobAsync(db, id, r => new(r.Map, Raw), ct), new ResultNotFound(), ct))
            .Says("GetAnomalyMap", "The raw anomaly map: a header of 16 bytes (“FSAM”, version 1 and type 1 as uint16, height and width as uint32), then rows of float16, all little-endian", 404).ProducesFile(Raw);
        return rest;
    }

    private static async Task<IResult> ListAsync(Guid project, [AsParameters] ResultFilter filter, Actor actor, ListResults list, CancellationToken ct)
    {
        var order = filter.Order?.Value ?? ResultOrder.ScoreDescending;
        var (take, after) = (Cursor.Limit(filter.Limit), Cursor.Read<ResultPosition>(filter.Cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        // A position of another order or model says nothing in this one.
        if (after.Value is { } position && (position.Order != order || position.Name is null || (filter.Model ?? position.Model) != position.Model))
            return new InvalidCursor().ToProblem();
        var request = new ListResults.Request(
            new ProjectId(project), filter.Model is { } id ? new ModelId(id) : null, filter.Verdict?.Value, filter.Label?.Value, order, Take: take.Value + 1,
            Range: new ResultRange(filter.MinScore, filter.MaxScore, filter.From, filter.To), DefectType: filter.DefectType, Mistake: filter.Mistake?.Value,
            Review: filter.Review?.Value, ReviewedBy: filter.ReviewedBy is { } person ? new UserId(person) : null, Search: filter.Search);
        var page = await list.PageAsync(actor, request, after.Value, ct);
        if (!page.Succeeded)
            return page.Error.ToProblem();
        if (page.Value is not { Model: { } model, Items: var items, Reviews: var reviews })
            return TypedResults.Ok(new RestPage<RestResult>([], null));
        return TypedResults.Ok(Cursor.Page(
            items, take.Value, item => RestResult.Of(item, model, reviews.GetValueOrDefault(item.Id)),
            item => new ResultPosition(order, model.Id.Value, item.Score, item.Name, item.ScoredAt, item.Id.Value)));
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, HttpContext http, GetResult get, CancellationToken ct)
    {
        var got = await get.HandleAsync(actor, new ResultId(id), ct);
        return got.Succeeded ? http.Tagged(RestResult.Of(got.Value)) : got.Error.ToProblem();
    }

    /// <summary>The address stays while the pixel threshold moves, so the browser asks each time whether it still has the right one.</summary>
    private static async Task<IResult> HeatmapAsync(Guid id, Actor actor, HttpContext http, GetHeatmap get, CancellationToken ct)
    {
        var got = await get.HandleAsync(actor, new ResultId(id), ct);
        if (!got.Succeeded)
            return got.Error.ToProblem();
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Stream(got.Value.Content, Png, entityTag: new EntityTagHeaderValue($"\"{got.Value.Tag}\""), enableRangeProcessing: true);
    }

    private static async Task<StoredFile?> BlobAsync(PortalDbContext db, Guid id, Func<ScoredImage, StoredFile> pick, CancellationToken ct)
    {
        var resultId = new ResultId(id);
        var result = await db.Results.AsNoTracking().FirstOrDefaultAsync(r => r.Id == resultId, ct);
        return result is null ? null : pick(result);
    }
}
