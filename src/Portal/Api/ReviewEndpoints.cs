using System.ComponentModel;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Api;

/// <summary>The review of a project by several people: queue, leases, assignment, acceptance.</summary>
public static class ReviewEndpoints
{
    public static RouteGroupBuilder MapReview(this RouteGroupBuilder rest)
    {
        var project = rest.MapGroup("/projects/{project:guid}").WithTags(RestTags.Review);
        project.MapGet("/review", QueueAsync).Needs(TeamPermissions.Read)
            .Says("ListReviewQueue", "List what waits for your verdict, with counts", 400, 404).Produces<ReviewQueue>();
        project.MapPost("/review:take", TakeAsync).Needs(TeamPermissions.Review)
            .Says("TakeReview", "Take the next images of the queue, which nobody else is given meanwhile", 400, 404).Produces<TakenFromQueue>();
        project.MapPost("/review:assign", AssignAsync).Needs(TeamPermissions.Review)
            .Says("AssignReview", "Assign open images to a member, or take them back", 400, 404).Produces<HowMany>();
        project.MapPost("/review:accept", AcceptAsync).Needs(TeamPermissions.Write)
            .Says("AcceptReviewed", "Lock what is decided", 400, 404, 409).Produces<HowMany>();
        project.MapPost("/review:use", UseAsync).Needs(TeamPermissions.Write)
            .Says("UseVerified", "Make verified normals support shots, or verified defects labelled test images", 400, 404, 409).Produces<HowMany>();
        project.MapGet("/review/statistics", StatisticsAsync).Needs(TeamPermissions.Read)
            .Says("GetReviewStatistics", "How far people agree with each other and with the model, and who did how much", 400, 404).Produces<RestStatistics>();
        var result = rest.MapGroup("/results/{id:guid}").WithTags(RestTags.Review);
        result.MapPost("/review:release", ReleaseAsync).Needs(TeamPermissions.Review)
            .Says("ReleaseReview", "Give an image back to the queue", 404).Produces(StatusCodes.Status204NoContent);
        result.MapPost("/review:withdraw", WithdrawAsync).Needs(TeamPermissions.Review)
            .Says("WithdrawVerdict", "Take your newest verdict on a result back", 404, 409).Produces(StatusCodes.Status204NoContent);
        result.MapPost("/review:reopen", ReopenAsync).Needs(TeamPermissions.Write)
            .Says("ReopenReview", "Begin the review of a decided or accepted result anew", 400, 404, 409).Produces(StatusCodes.Status204NoContent);
        return rest;
    }

    private static async Task<IResult> QueueAsync(
        Guid project, Actor actor, ListQueue list, [Description("Which part of it.")] Choice<QueueFilter>? filter,
        [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<QueuePosition>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        var page = await list.PageAsync(actor, new(new ProjectId(project), filter?.Value ?? QueueFilter.All, take.Value + 1), after.Value, ct);
        if (!page.Succeeded)
            return page.Error.ToProblem();
        var items = Cursor.Page(page.Value.Items, take.Value, item => RestQueueItem.Of(item, page.Value.Model!), QueuePosition.Of);
        return TypedResults.Ok(new ReviewQueue(items.Items, items.Next, page.Value.Counts));
    }

    private static async Task<IResult> TakeAsync(Guid project, TakeFromQueue body, Actor actor, TakeReview take, CancellationToken ct)
    {
        var taken = await take.HandleAsync(actor, new(new ProjectId(project), body.Count, Ids(body.Held) ?? [], body.Filter), ct);
        return taken.Succeeded
            ? TypedResults.Ok(new TakenFromQueue(
                [.. taken.Value.Items.Select(item => RestQueueItem.Of(item, taken.Value.Model!))], [.. taken.Value.Held.Select(id => id.Value)], taken.Value.Until))
            : taken.Error.ToProblem();
    }

    private static async Task<IResult> AssignAsync(Guid project, Assignment body, Actor actor, AssignReview assign, CancellationToken ct) => Counted(
        await assign.HandleAsync(actor, new(new ProjectId(project), Ids(body.Results), body.Next, body.To is { } to ? new UserId(to) : null, body.TakeBack), ct));

    private static async Task<IResult> AcceptAsync(Guid project, Acceptance body, Actor actor, AcceptReviewed accept, CancellationToken ct) =>
        Counted(await accept.HandleAsync(actor, new(new ProjectId(project), Ids(body.Results)), ct));

    private static async Task<IResult> UseAsync(Guid project, UseOfVerified body, Actor actor, UseVerified use, CancellationToken ct) =>
        Counted(await use.HandleAsync(actor, new(new ProjectId(project), Ids(body.Results) ?? [], body.As), ct));

    private static async Task<IResult> StatisticsAsync(
        Guid project, Actor actor, GetReviewStatistics get, [Description("The first day, UTC.")] DateOnly? from, [Description("The last day, UTC.")] DateOnly? to,
        CancellationToken ct)
    {
        var got = await get.HandleAsync(actor, new(new ProjectId(project), from, to), ct);
        return got.Succeeded ? TypedResults.Ok(RestStatistics.Of(got.Value)) : got.Error.ToProblem();
    }

    private static async Task<IResult> ReleaseAsync(Guid id, Actor actor, ReleaseReview release, CancellationToken ct) =>
        Done(await release.HandleAsync(actor, new ResultId(id), ct));

    private static async Task<IResult> WithdrawAsync(Guid id, Actor actor, WithdrawVerdict withdraw, CancellationToken ct) =>
        Done(await withdraw.HandleAsync(actor, new ResultId(id), ct));

    private static async Task<IResult> ReopenAsync(Guid id, Reopening body, Actor actor, ReopenReview reopen, CancellationToken ct) =>
        Done(await reopen.HandleAsync(actor, new(new ResultId(id), body.Reason), ct));

    private static IResult Done(Result result) => result.Succeeded ? TypedResults.NoContent() : result.Error.ToProblem();

    private static IResult Counted(Result<int> result) => result.Succeeded ? TypedResults.Ok(new HowMany(result.Value)) : result.Error.ToProblem();

    private static List<ResultId>? Ids(IReadOnlyList<Guid>? ids) => ids?.Select(id => new ResultId(id)).ToList();
}
