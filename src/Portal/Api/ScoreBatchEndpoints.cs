using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Scoring;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Api;

/// <summary>Images that are in a project already, scored in the background; their results are read where those of runs are.</summary>
public static class ScoreBatchEndpoints
{
    public static RouteGroupBuilder MapScoreBatches(this RouteGroupBuilder rest)
    {
        rest.MapPost("/models/{id:guid}:score-batch", StartAsync)
            .Needs(TeamPermissions.Write).WithName("StartScoreBatch").WithTags(RestTags.Scoring)
            .WithSummary("Scores images of the model's project in the background and keeps their results.")
            .Produces<ScoreBatch>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        rest.MapGet("/projects/{project:guid}/score-batches", ListAsync)
            .Needs(TeamPermissions.Read).WithName("ListScoreBatches").WithTags(RestTags.Scoring).WithSummary("The batches of a project, newest first.")
            .Produces<RestPage<ScoreBatch>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        rest.MapGet("/score-batches/{id:guid}", async (Guid id, Actor actor, GetScoreBatch get, CancellationToken ct) =>
                Answer(await get.HandleAsync(actor, new ScoringBatchId(id), ct), Describe))
            .Needs(TeamPermissions.Read).WithName("GetScoreBatch").WithTags(RestTags.Scoring).WithSummary("How far a batch has come.")
            .Produces<ScoreBatch>().ProducesProblem(StatusCodes.Status404NotFound);
        rest.MapPost("/score-batches/{id:guid}:cancel", async (Guid id, Actor actor, CancelScoreBatch cancel, CancellationToken ct) =>
                Answer(await cancel.HandleAsync(actor, new ScoringBatchId(id), ct), batch => Describe(BatchProgress.Of(batch))))
            .Needs(TeamPermissions.Write).WithName("CancelScoreBatch").WithTags(RestTags.Scoring).WithSummary("Stops a batch. Results that are there stay.")
            .Produces<ScoreBatch>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return rest;
    }

    private static async Task<IResult> StartAsync(Guid id, NewScoreBatch wanted, Actor actor, StartScoreBatch start, CancellationToken ct)
    {
        if (wanted.Images is null == wanted.Filter is null)
            return new ImagesOrFilter().ToProblem();
        var filter = wanted.Filter ?? new ScoreBatchFilter();
        var started = await start.HandleAsync(
            actor,
            new StartScoreBatch.Request(
                new ModelId(id), wanted.Images?.Select(image => new ImageId(image)).ToList(), filter.Split, filter.Label, filter.Search, filter.Unscored),
            ct);
        return started.Succeeded
            ? TypedResults.Accepted($"{RestGroup.Root}/score-batches/{started.Value.Id.Value}", Describe(BatchProgress.Of(started.Value)))
            : started.Error.ToProblem();
    }

    private static async Task<IResult> ListAsync(
        Guid project, string? cursor, int? limit, Actor actor, ListScoreBatches list, CancellationToken ct)
    {
        var (after, take) = (Cursor.Read<BatchPosition>(cursor), Cursor.Limit(limit));
        if (!after.Succeeded)
            return after.Error.ToProblem();
        if (!take.Succeeded)
            return take.Error.ToProblem();
        var page = await list.HandleAsync(actor, new ListScoreBatches.Request(new ProjectId(project), null, after.Value, take.Value + 1), ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, Describe, batch => new BatchPosition(batch.QueuedAt, batch.Id.Value)))
            : page.Error.ToProblem();
    }

    private static IResult Answer<T>(Result<T> batch, Func<T, ScoreBatch> describe) =>
        batch.Succeeded ? TypedResults.Ok(describe(batch.Value)) : batch.Error.ToProblem();

    private static ScoreBatch Describe(BatchProgress batch) => new(
        batch.Id.Value, batch.Project.Value, batch.Model.Value, batch.Status, batch.CancelRequested, batch.Total, batch.Scored, batch.Skipped,
        batch.FailureReason, batch.QueuedAt, batch.EndedAt);

    private sealed record ImagesOrFilter()
        : Error(ErrorKind.Invalid, "batch.choice", "Send either “images”, a list of ids, or “filter”, an object; {} as the filter takes all images of the project.");
}
