using System.ComponentModel;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Api;

/// <param name="Comment">For whoever decides.</param>
public sealed record PublishAsking(string? Comment = null);

/// <param name="Comment">For whoever asked; needed where the answer is no.</param>
public sealed record PublishAnswer(string? Comment = null);

/// <param name="To">The version to go back to, where the caller wants no other; whichever was published before when left out.</param>
public sealed record RollingBack(Guid? To = null);

/// <param name="State">An open one waits for a second person.</param>
public sealed record RestPublishRequest(
    Guid Id, Guid ProjectId, Guid ModelId, int ModelVersion, PublishRequestState State, RestPerson AskedBy, DateTimeOffset AskedAt, string? Comment,
    RestPerson? DecidedBy, DateTimeOffset? DecidedAt, string? DecisionComment)
{
    internal static RestPublishRequest Of(PublishRequestView view)
    {
        var request = view.Request;
        return new RestPublishRequest(
            request.Id.Value, request.ProjectId.Value, request.ModelId.Value, view.Version, request.State, new RestPerson(request.AskedBy.Value, request.AskedByName),
            request.AskedAt, request.Comment, request.DecidedBy is { } by ? new RestPerson(by.Value, request.DecidedByName!) : null, request.DecidedAt,
            request.DecisionComment);
    }
}

/// <summary>A change of a project's published model.</summary>
/// <param name="ModelId">What was published, or taken back. It may have been deleted since.</param>
/// <param name="Replaced">The one that was published until then.</param>
/// <param name="RequestId">The request that a second person agreed to.</param>
public sealed record RestPublication(
    int Number, PublicationKind Kind, Guid ModelId, int ModelVersion, Guid? Replaced, Guid? RequestId, RestPerson By, DateTimeOffset At)
{
    internal static RestPublication Of(Publication of) => new(
        of.Number, of.Kind, of.ModelId.Value, of.Version, of.Replaced?.Value, of.Request?.Value, new RestPerson(of.By.Value, of.ByName), of.At);
}

/// <summary>Publishing with a second person, rolling back, and how the published model has changed.</summary>
public static class PublicationEndpoints
{
    private sealed record Position(Guid Id);

    private sealed record NumberPosition(int Number);

    public static RouteGroupBuilder MapPublications(this RouteGroupBuilder rest)
    {
        rest.MapGet("/projects/{project:guid}/publications", HistoryAsync).Needs(TeamPermissions.Read).WithTags(RestTags.Models)
            .Says("ListPublications", "List how a project's published model has changed, newest first", 400, 404).Produces<RestPage<RestPublication>>();
        rest.MapPost("/projects/{project:guid}:roll-back", RollBackAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Models)
            .Says("RollBackModel", "Publish the version again that was published before; it needs no second person", 404, 409).Produces<RestModel>();
        rest.MapPost("/models/{id:guid}:ask-to-publish", AskAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Models)
            .Says("AskToPublish", "Ask that a version be published, in a project where that needs a second person", 400, 404, 409)
            .Produces<RestPublishRequest>(StatusCodes.Status201Created);
        rest.MapGet("/projects/{project:guid}/publish-requests", ListAsync).Needs(TeamPermissions.Read).WithTags(RestTags.Models)
            .Says("ListPublishRequests", "List requests to publish in a project, newest first", 400, 404).Produces<RestPage<RestPublishRequest>>();
        rest.MapGet("/publish-requests/{id:guid}", GetAsync).Needs(TeamPermissions.Read).WithTags(RestTags.Models)
            .Says("GetPublishRequest", "Get a request to publish", 404).Produces<RestPublishRequest>();
        rest.MapPost("/publish-requests/{id:guid}:approve", ApproveAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Models)
            .Says("ApprovePublish", "Approve a request, which publishes the version: a member who is signed in and did not ask", 400, 404, 409).Produces<RestPublishRequest>();
        rest.MapPost("/publish-requests/{id:guid}:reject", RejectAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Models)
            .Says("RejectPublish", "Reject a request with a reason: a member who is signed in and did not ask", 400, 404, 409).Produces<RestPublishRequest>();
        rest.MapPost("/publish-requests/{id:guid}:withdraw", WithdrawAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Models)
            .Says("WithdrawPublish", "Take one's own request to publish back", 404, 409).Produces<RestPublishRequest>();
        return rest;
    }

    private static async Task<IResult> HistoryAsync(
        Guid project, Actor actor, ListPublications list, [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<NumberPosition>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        var page = await list.HandleAsync(actor, new(new ProjectId(project), after.Value?.Number, take.Value + 1), ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, RestPublication.Of, publication => new NumberPosition(publication.Number)))
            : page.Error.ToProblem();
    }

    private static async Task<IResult> RollBackAsync(Guid project, RollingBack body, Actor actor, HttpContext http, RollBackModel rollBack, GetModel get, CancellationToken ct)
    {
        var done = await rollBack.HandleAsync(actor, new(new ProjectId(project), body.To is { } to ? new ModelId(to) : null), ct);
        if (!done.Succeeded)
            return done.Error.ToProblem();
        var state = await get.HandleAsync(actor, done.Value, ct);
        return state.Succeeded ? http.Tagged(RestModel.Of(state.Value)) : state.Error.ToProblem();
    }

    private static async Task<IResult> AskAsync(Guid id, PublishAsking body, Actor actor, HttpContext http, AskToPublish ask, GetPublishRequest get, CancellationToken ct)
    {
        var asked = await ask.HandleAsync(actor, new(new ModelId(id), body.Comment), ct);
        if (!asked.Succeeded)
            return asked.Error.ToProblem();
        var view = await get.HandleAsync(actor, asked.Value, ct);
        return view.Succeeded ? http.CreatedAt($"{RestGroup.Root}/publish-requests/{asked.Value.Value}", RestPublishRequest.Of(view.Value)) : view.Error.ToProblem();
    }

    private static async Task<IResult> ListAsync(
        Guid project, Actor actor, ListPublishRequests list, [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<Position>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        PublishRequestId? before = after.Value is { Id: var id } ? new PublishRequestId(id) : null;
        var page = await list.HandleAsync(actor, new(new ProjectId(project), before, take.Value + 1), ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, RestPublishRequest.Of, view => new Position(view.Request.Id.Value)))
            : page.Error.ToProblem();
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, HttpContext http, GetPublishRequest get, CancellationToken ct)
    {
        var view = await get.HandleAsync(actor, new PublishRequestId(id), ct);
        return view.Succeeded ? http.Tagged(RestPublishRequest.Of(view.Value)) : view.Error.ToProblem();
    }

    private static Task<IResult> ApproveAsync(Guid id, PublishAnswer body, Actor actor, HttpContext http, DecidePublish decide, GetPublishRequest get, CancellationToken ct) =>
        AnswerAsync(id, actor, http, get, decide.HandleAsync(actor, new(new PublishRequestId(id), Approve: true, body.Comment), ct), ct);

    private static Task<IResult> RejectAsync(Guid id, PublishAnswer body, Actor actor, HttpContext http, DecidePublish decide, GetPublishRequest get, CancellationToken ct) =>
        AnswerAsync(id, actor, http, get, decide.HandleAsync(actor, new(new PublishRequestId(id), Approve: false, body.Comment), ct), ct);

    private static Task<IResult> WithdrawAsync(Guid id, Actor actor, HttpContext http, WithdrawPublish withdraw, GetPublishRequest get, CancellationToken ct) =>
        AnswerAsync(id, actor, http, get, withdraw.HandleAsync(actor, new PublishRequestId(id), ct), ct);

    private static async Task<IResult> AnswerAsync(Guid id, Actor actor, HttpContext http, GetPublishRequest get, Task<Result> change, CancellationToken ct)
    {
        var changed = await change;
        return changed.Succeeded ? await GetAsync(id, actor, http, get, ct) : changed.Error.ToProblem();
    }
}
