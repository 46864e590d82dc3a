using System.ComponentModel;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Stability;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Mvc;

namespace FewShotAD.Portal.Api;

/// <summary>Stability studies: plan, start, follow, cancel, delete, and use what they found.</summary>
public static class StudyEndpoints
{
    public static RouteGroupBuilder MapStudies(this RouteGroupBuilder rest)
    {
        rest.MapGet("/projects/{project:guid}/stability-plan", PlanAsync).Needs(TeamPermissions.Read).WithTags(RestTags.Stability)
            .Says("PlanStudy", "Say what a stability study would be made of and how long it would take", 400, 404, 409).Produces<RestStudyPlan>();
        var all = rest.MapGroup("/projects/{project:guid}/stability-studies").WithTags(RestTags.Stability);
        all.MapGet("", ListAsync).Needs(TeamPermissions.Read)
            .Says("ListStudies", "List the stability studies of a project, newest first", 400, 404).Produces<RestPage<RestStudy>>();
        all.MapPost("", StartAsync).Needs(TeamPermissions.Write)
            .Says("StartStudy", "Draw support sets and queue a run for each of them and each seed", 400, 404, 409, 422).Produces<RestStudy>(StatusCodes.Status201Created);
        var one = rest.MapGroup("/stability-studies/{id:guid}").WithTags(RestTags.Stability);
        one.MapGet("", GetAsync).Needs(TeamPermissions.Read)
            .Says("GetStudy", "Get how far a stability study is and what it says", 404).Produces<RestStudy>();
        one.MapDelete("", DeleteAsync).Needs(TeamPermissions.Write)
            .Says("DeleteStudy", "Delete a stability study that is over, with its runs", 404, 409).Produces(StatusCodes.Status204NoContent);
        rest.MapPost("/stability-studies/{id:guid}:cancel", CancelAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Stability)
            .Says("CancelStudy", "Cancel the runs of a stability study that have not ended", 404, 409).Produces<RestStudy>();
        rest.MapPost("/stability-studies/{id:guid}:use-shots", UseAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Stability)
            .Says("UseStudyShots", "Make the shots of one set the normal shots of the project", 400, 404, 409).Produces<RestStudy>();
        return rest;
    }

    private static async Task<IResult> PlanAsync(
        Guid project, [Description("Whose recipe; the published one when left out, the latest while none is.")] Guid? model, int? sets, int? seeds, bool? fromTest, int? drawSeed,
        Actor actor, PlanStudy plan, CancellationToken ct)
    {
        var planned = await plan.HandleAsync(actor, new(new ProjectId(project), IdOf(model), sets, seeds, fromTest, drawSeed), ct);
        return planned.Succeeded ? TypedResults.Ok(RestStudyPlan.Of(planned.Value)) : planned.Error.ToProblem();
    }

    private static async Task<IResult> ListAsync(
        Guid project, Actor actor, ListStudies list, [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<StudyPosition>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        var page = await list.HandleAsync(actor, new(new ProjectId(project), after.Value, take.Value + 1), ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, RestStudy.Of, state => new StudyPosition(state.Study.StartedAt, state.Study.Id.Value)))
            : page.Error.ToProblem();
    }

    private static async Task<IResult> StartAsync(
        Guid project, NewStudy body,
        [FromHeader(Name = "Idempotency-Key"), Description("A GUID of your own: the same key with the same request gives the same study.")] string? key,
        Actor actor, HttpContext http, StartStudy start, GetStudy get, CancellationToken ct)
    {
        var started = await start.HandleAsync(
            actor, new(new ProjectId(project), IdOf(body.Model), body.Sets, body.Seeds, body.FromTest, body.DrawSeed, key), ct);
        if (!started.Succeeded)
            return started.Error.ToProblem(started.Error is IdempotencyKeyReused ? StatusCodes.Status422UnprocessableEntity : null);
        var state = await get.HandleAsync(actor, started.Value, ct);
        return state.Succeeded
            ? http.CreatedAt($"{RestGroup.Root}/stability-studies/{started.Value.Value}", RestStudy.Of(state.Value))
            : state.Error.ToProblem();
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, HttpContext http, GetStudy get, CancellationToken ct)
    {
        var state = await get.HandleAsync(actor, new StudyId(id), ct);
        return state.Succeeded ? http.Tagged(RestStudy.Of(state.Value)) : state.Error.ToProblem();
    }

    private static async Task<IResult> DeleteAsync(Guid id, Actor actor, DeleteStudy delete, CancellationToken ct)
    {
        var deleted = await delete.HandleAsync(actor, new StudyId(id), ct);
        return deleted.Succeeded ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }

    private static async Task<IResult> CancelAsync(Guid id, Actor actor, HttpContext http, CancelStudy cancel, GetStudy get, CancellationToken ct)
    {
        var cancelled = await cancel.HandleAsync(actor, new StudyId(id), ct);
        return cancelled.Succeeded ? await GetAsync(id, actor, http, get, ct) : cancelled.Error.ToProblem();
    }

    private static async Task<IResult> UseAsync(Guid id, StudyShots body, Actor actor, HttpContext http, UseStudyShots use, GetStudy get, CancellationToken ct)
    {
        var used = await use.HandleAsync(actor, new(new StudyId(id), body.Set), ct);
        return used.Succeeded ? await GetAsync(id, actor, http, get, ct) : used.Error.ToProblem();
    }

    private static ModelId? IdOf(Guid? model) => model is { } id ? new ModelId(id) : null;
}
