using System.ComponentModel;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Api;

/// <summary><c>/results/{id}/verdicts</c>: what people say of a result.</summary>
public static class VerdictEndpoints
{
    private sealed record Position(int Number);

    public static RouteGroupBuilder MapVerdicts(this RouteGroupBuilder rest)
    {
        var verdicts = rest.MapGroup("/results/{id:guid}/verdicts").WithTags(RestTags.Review);
        verdicts.MapGet("", ListAsync).Needs(TeamPermissions.Read)
            .Says("ListVerdicts", "List a result's verdicts, newest first; while a second review is due, only who gave the first one sees it", 400, 404).Produces<RestPage<RestReviewVerdict>>();
        verdicts.MapPost("", GiveAsync).Needs(TeamPermissions.Review)
            .Says("GiveVerdict", "Give a verdict on a result", 400, 404, 409).Produces<RestReviewVerdict>(StatusCodes.Status201Created);
        return rest;
    }

    private static async Task<IResult> ListAsync(
        Guid id, Actor actor, ListVerdicts list, [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<Position>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        var page = await list.HandleAsync(actor, new(new ResultId(id), after.Value?.Number, take.Value + 1), ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, RestReviewVerdict.Of, given => new Position(given.Verdict.Sequence)))
            : page.Error.ToProblem();
    }

    private static async Task<IResult> GiveAsync(Guid id, NewVerdict body, Actor actor, GiveVerdict give, CancellationToken ct)
    {
        var given = await give.HandleAsync(actor, new(new ResultId(id), body.Verdict, body.DefectType, body.Comment, body.ClientId, body.FromQueue), ct);
        // A verdict has no address of its own: it is found in its result's history.
        return given.Succeeded
            ? TypedResults.Created($"{RestGroup.Root}/results/{id}/verdicts", RestReviewVerdict.Of(given.Value))
            : given.Error.ToProblem();
    }
}
