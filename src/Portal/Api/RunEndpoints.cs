using System.ComponentModel;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Mvc;

namespace FewShotAD.Portal.Api;

/// <summary>Runs: start, follow, pause, cancel, resume, delete.</summary>
public static class RunEndpoints
{
    private const string EventStream = "text/event-stream";

    private sealed record Position(int Number);

    public static RouteGroupBuilder MapRuns(this RouteGroupBuilder rest)
    {
        var all = rest.MapGroup("/projects/{project:guid}/runs").WithTags(RestTags.Runs);
        all.MapGet("", ListAsync).Needs(TeamPermissions.Read)
            .Says("ListRuns", "List a project's runs, newest first", 400, 404).Produces<RestPage<RestRun>>();
        all.MapPost("", StartAsync).Needs(TeamPermissions.Write)
            .Says("StartRun", "Queue a run over the project's images as they are now", 400, 404, 409, 422).Produces<RestRun>(StatusCodes.Status201Created);
        var one = rest.MapGroup("/runs/{id:guid}").WithTags(RestTags.Runs);
        one.MapGet("", GetAsync).Needs(TeamPermissions.Read)
            .Says("GetRun", "Get how a run fares", 404).Produces<RestRun>();
        one.MapDelete("", DeleteAsync).Needs(TeamPermissions.Write)
            .Says("DeleteRun", "Delete a run that is over, with its model and results", 404, 409, 412).Produces(StatusCodes.Status204NoContent);
        one.MapGet("/log", LogAsync).Needs(TeamPermissions.Read)
            .Says("GetRunLog", "List the lines of a run's log, oldest first", 400, 404).Produces<RestPage<RunLogEntry>>();
        one.MapGet("/losses", LossesAsync).Needs(TeamPermissions.Read)
            .Says("GetRunLosses", "List the losses of a run's steps", 400, 404).Produces<RestPage<RunLosses>>();
        one.MapGet("/history", HistoryAsync).Needs(TeamPermissions.Read)
            .Says("GetRunHistory", "List what happened to a run and who asked for it, oldest first", 400, 404).Produces<RestPage<RestRunMoment>>();
        one.MapGet("/events", EventsAsync).Needs(TeamPermissions.Read)
            .Says("FollowRun", "Follow a run by server-sent events until it is over", 404).Produces<RestRun>(StatusCodes.Status200OK, EventStream);
        rest.MapPost("/runs/{id:guid}:cancel", CancelAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Runs)
            .Says("CancelRun", "Cancel a run; one that is running stops within seconds", 404, 409).Produces<RestRun>();
        rest.MapPost("/runs/{id:guid}:pause", PauseAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Runs)
            .Says("PauseRun", "Pause a run; one that is running stops after its checkpoint and keeps it", 404, 409).Produces<RestRun>();
        rest.MapPost("/runs/{id:guid}:resume", ResumeAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Runs)
            .Says("ResumeRun", "Queue a paused, failed or cancelled run again; it goes on from its last checkpoint", 404, 409).Produces<RestRun>();
        return rest;
    }

    private static async Task<IResult> ListAsync(
        Guid project, Actor actor, ListRuns list, [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<Position>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        var page = await list.PageAsync(actor, new(new ProjectId(project), after.Value?.Number, take.Value + 1), ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, RestRun.Of, state => new Position(state.Run.Number)))
            : page.Error.ToProblem();
    }

    private static async Task<IResult> StartAsync(
        Guid project, NewRun body,
        [FromHeader(Name = "Idempotency-Key"), Description("A GUID of your own: the same key with the same request gives the same run, for 24 hours.")] string? key,
        Actor actor, HttpContext http, StartRun start, GetRunState get, CancellationToken ct)
    {
        if (body.Registration is not null && !body.LeavesRecipeToRegistration)
            return new RegistrationRecipeFixed().ToProblem();
        RegistrationId? registration = body.Registration is { } used ? new RegistrationId(used) : null;
        var priority = body.Priority ?? (registration is null ? RunPriority.Normal : RunPriority.High);
        var started = await start.HandleAsync(actor, new(new ProjectId(project), body.ToRecipe(), key, priority, body.Again, registration), ct);
        if (!started.Succeeded)
            return started.Error.ToProblem(started.Error is IdempotencyKeyReused ? StatusCodes.Status422UnprocessableEntity : null);
        var state = await get.HandleAsync(actor, started.Value, ct);
        return state.Succeeded ? http.CreatedAt($"{RestGroup.Root}/runs/{started.Value.Value}", RestRun.Of(state.Value)) : state.Error.ToProblem();
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, HttpContext http, GetRunState get, CancellationToken ct)
    {
        var state = await get.HandleAsync(actor, new RunId(id), ct);
        return state.Succeeded ? http.Tagged(RestRun.Of(state.Value)) : state.Error.ToProblem();
    }

    private static async Task<IResult> DeleteAsync(Guid id, Actor actor, HttpContext http, DeleteRun delete, GetRunState get, CancellationToken ct)
    {
        var expected = await EntityTags.ExpectAsync(
            http, () => get.HandleAsync(actor, new RunId(id), ct), RestRun.Of, state => state.Run.Stamp, new RunChanged());
        if (!expected.Succeeded)
            return expected.Error.ToProblem();
        var deleted = await delete.HandleAsync(actor, new RunId(id), expected.Value, ct);
        return deleted.Succeeded ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }

    private static async Task<IResult> LogAsync(
        Guid id, Actor actor, ListRunRecords list, [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<Position>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        var page = await list.LogAsync(actor, new(new RunId(id), after.Value?.Number ?? 0, take.Value + 1), ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, RunLogEntry.Of, line => new Position(line.Sequence)))
            : page.Error.ToProblem();
    }

    private static async Task<IResult> LossesAsync(
        Guid id, Actor actor, ListRunRecords list, [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<Position>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        var page = await list.LossesAsync(actor, new(new RunId(id), after.Value?.Number ?? 0, take.Value + 1), ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, RunLosses.Of, step => new Position(step.Step)))
            : page.Error.ToProblem();
    }

    private static async Task<IResult> HistoryAsync(
        Guid id, Actor actor, ListRunRecords list, [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<Position>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        var page = await list.HistoryAsync(actor, new(new RunId(id), after.Value?.Number ?? 0, take.Value + 1), ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, RestRunMoment.Of, named => new Position(named.Moment.Sequence)))
            : page.Error.ToProblem();
    }

    private static async Task<IResult> EventsAsync(Guid id, Actor actor, GetRunState get, RunEventStream stream, CancellationToken ct)
    {
        var state = await get.HandleAsync(actor, new RunId(id), ct);
        return state.Succeeded ? TypedResults.ServerSentEvents(stream.FollowAsync(actor, new RunId(id), ct)) : state.Error.ToProblem();
    }

    private static async Task<IResult> CancelAsync(Guid id, Actor actor, HttpContext http, CancelRun cancel, GetRunState get, CancellationToken ct)
    {
        var cancelled = await cancel.HandleAsync(actor, new RunId(id), ct);
        return cancelled.Succeeded ? await GetAsync(id, actor, http, get, ct) : cancelled.Error.ToProblem();
    }

    private static async Task<IResult> PauseAsync(Guid id, Actor actor, HttpContext http, PauseRun pause, GetRunState get, CancellationToken ct)
    {
        var paused = await pause.HandleAsync(actor, new RunId(id), ct);
        return paused.Succeeded ? await GetAsync(id, actor, http, get, ct) : paused.Error.ToProblem();
    }

    private static async Task<IResult> ResumeAsync(Guid id, Actor actor, HttpContext http, ResumeRun resume, GetRunState get, CancellationToken ct)
    {
        var resumed = await resume.HandleAsync(actor, new RunId(id), ct);
        return resumed.Succeeded ? await GetAsync(id, actor, http, get, ct) : resumed.Error.ToProblem();
    }
}
