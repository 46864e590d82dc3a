using System.ComponentModel;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Schedules;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Api;

/// <summary>Schedules of a project, what became of their occurrences, the drift of its scores and the team's time zone.</summary>
public static class ScheduleEndpoints
{
    /// <summary>When a project trains a challenger by itself. Only what belongs to the trigger is looked at.</summary>
    /// <param name="Cron">Minute, hour, day, month, day of the week, in the team's time zone.</param>
    /// <param name="VerifiedImages">So many newly verified images.</param>
    /// <param name="Recipe">As for a run; the preset's where it is left out.</param>
    public sealed record NewSchedule(
        string? Name, ScheduleTrigger Trigger = ScheduleTrigger.Cron, string? Cron = null, int? VerifiedImages = null, double? MaxPsi = null, double? MaxKs = null,
        int? MinSample = null, NewRun? Recipe = null)
    {
        internal ScheduleRule Rule
        {
            get
            {
                var rule = new ScheduleRule(Trigger, Cron);
                return rule with
                {
                    VerifiedImages = VerifiedImages ?? rule.VerifiedImages, MaxPsi = MaxPsi ?? rule.MaxPsi, MaxKs = MaxKs ?? rule.MaxKs, MinSample = MinSample ?? rule.MinSample,
                };
            }
        }
    }

    /// <summary>What is left out stays.</summary>
    /// <param name="Active">False pauses it; what is due in the pause is not made up.</param>
    /// <param name="Recipe">Another recipe, as for a new schedule: the preset's where it is left out.</param>
    public sealed record ScheduleChange(
        string? Name = null, string? Cron = null, int? VerifiedImages = null, double? MaxPsi = null, double? MaxKs = null, int? MinSample = null, bool? Active = null,
        ScheduleTrigger? Trigger = null, NewRun? Recipe = null)
    {
        internal ScheduleRule? Over(ScheduleRule rule) => this is { Cron: null, VerifiedImages: null, MaxPsi: null, MaxKs: null, MinSample: null, Trigger: null }
            ? null
            : rule with
            {
                Trigger = Trigger ?? rule.Trigger, Cron = Cron ?? rule.Cron, VerifiedImages = VerifiedImages ?? rule.VerifiedImages, MaxPsi = MaxPsi ?? rule.MaxPsi, MaxKs = MaxKs ?? rule.MaxKs, MinSample = MinSample ?? rule.MinSample,
            };
    }

    /// <param name="Next">The next five times, of an active cron schedule.</param>
    /// <param name="Version">Counts from 1 with every change of name, rule or recipe; the audit trail says who changed what.</param>
    public sealed record RestSchedule(
        Guid Id, Guid ProjectId, string Name, bool Active, ScheduleRule Rule, string TimeZone, IReadOnlyList<DateTimeOffset> Next, DateTimeOffset CreatedAt, TrainingRecipe Recipe,
        int Version)
    {
        internal static RestSchedule Of(ScheduleView view) => new(
            view.Schedule.Id.Value, view.Schedule.ProjectId.Value, view.Schedule.Name, view.Schedule.Active, view.Schedule.Rule, view.TimeZone, view.Next, view.Schedule.CreatedAt,
            view.Schedule.Recipe, view.Schedule.Version);
    }

    /// <param name="RunId">Null when no run was started.</param>
    /// <param name="Result">What came out; null while its run is under way.</param>
    public sealed record RestOccurrence(int Number, DateTimeOffset DueAt, DateTimeOffset At, string Why, Guid? RunId, RunStatus? RunStatus, string? Result)
    {
        internal static RestOccurrence Of(ListScheduleOutcomes.Item item) => new(
            item.Outcome.Sequence, item.Outcome.DueAt, item.Outcome.At, item.Outcome.Why, item.Outcome.RunId?.Value, item.Status, item.Outcome.Result);
    }

    public sealed record RestTimeZone(string TimeZone);

    private sealed record Position(int Number);

    public static RouteGroupBuilder MapSchedules(this RouteGroupBuilder rest)
    {
        var all = rest.MapGroup("/projects/{project:guid}/schedules").WithTags(RestTags.Schedules);
        all.MapGet("", ListAsync).Needs(TeamPermissions.Read).Says("ListSchedules", "List a project's schedules by name", 404).Produces<RestPage<RestSchedule>>();
        all.MapPost("", CreateAsync).Needs(TeamPermissions.Write).Says("CreateSchedule", "Have a project train challengers by itself", 400, 404)
            .Produces<RestSchedule>(StatusCodes.Status201Created);
        rest.MapGet("/projects/{project:guid}/drift", DriftAsync).Needs(TeamPermissions.Read).WithTags(RestTags.Schedules)
            .Says("GetDrift", "Get how far the published model's scores have moved", 404).Produces<GetDrift.Answer>();
        var one = rest.MapGroup("/schedules/{id:guid}").WithTags(RestTags.Schedules);
        one.MapGet("", GetAsync).Needs(TeamPermissions.Read).Says("GetSchedule", "Get a schedule", 404).Produces<RestSchedule>();
        one.MapPatch("", ChangeAsync).Needs(TeamPermissions.Write).Says("ChangeSchedule", "Change a schedule, pause it or let it go on", 400, 404, 412).Produces<RestSchedule>();
        one.MapDelete("", DeleteAsync).Needs(TeamPermissions.Write).Says("DeleteSchedule", "Delete a schedule with its history; its runs stay", 404)
            .Produces(StatusCodes.Status204NoContent);
        one.MapGet("/occurrences", OccurrencesAsync).Needs(TeamPermissions.Read)
            .Says("ListOccurrences", "List what became of a schedule's occurrences, newest first", 400, 404).Produces<RestPage<RestOccurrence>>();
        rest.MapPut("/time-zone", ZoneAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Schedules)
            .Says("ChangeTimeZone", "Set the time zone in which the team's schedules are due", 400).Produces<RestTimeZone>();
        return rest;
    }

    private static async Task<IResult> ListAsync(Guid project, Actor actor, ListSchedules list, CancellationToken ct)
    {
        var listed = await list.HandleAsync(actor, new ProjectId(project), ct);
        // A project has a handful of them: one page holds them all.
        return listed.Succeeded ? TypedResults.Ok(new RestPage<RestSchedule>([.. listed.Value.Schedules.Select(RestSchedule.Of)], null)) : listed.Error.ToProblem();
    }

    private static async Task<IResult> CreateAsync(Guid project, NewSchedule body, Actor actor, HttpContext http, CreateSchedule create, GetSchedule get, CancellationToken ct)
    {
        if (body.Recipe?.Registration is not null)
            return new RegistrationOnSchedule().ToProblem();
        var created = await create.HandleAsync(actor, new(new ProjectId(project), body.Name, body.Rule, (body.Recipe ?? new NewRun()).ToRecipe()), ct);
        if (!created.Succeeded)
            return created.Error.ToProblem();
        var view = await get.HandleAsync(actor, created.Value, ct);
        return view.Succeeded ? http.CreatedAt($"{RestGroup.Root}/schedules/{created.Value.Value}", RestSchedule.Of(view.Value)) : view.Error.ToProblem();
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, HttpContext http, GetSchedule get, CancellationToken ct)
    {
        var view = await get.HandleAsync(actor, new ScheduleId(id), ct);
        return view.Succeeded ? http.Tagged(RestSchedule.Of(view.Value)) : view.Error.ToProblem();
    }

    private static async Task<IResult> ChangeAsync(Guid id, ScheduleChange body, Actor actor, HttpContext http, ChangeSchedule change, GetSchedule get, CancellationToken ct)
    {
        if (body.Recipe?.Registration is not null)
            return new RegistrationOnSchedule().ToProblem();
        var expected = await EntityTags.ExpectAsync(
            http, () => get.HandleAsync(actor, new ScheduleId(id), ct), RestSchedule.Of, view => view.Schedule.ConcurrencyStamp, new ScheduleChanged());
        if (!expected.Succeeded)
            return expected.Error.ToProblem();
        var before = await get.HandleAsync(actor, new ScheduleId(id), ct);
        if (!before.Succeeded)
            return before.Error.ToProblem();
        var changed = await change.HandleAsync(
            actor, new(new ScheduleId(id), body.Name, body.Over(before.Value.Schedule.Rule), body.Recipe?.ToRecipe(), body.Active, expected.Value), ct);
        return changed.Succeeded ? await GetAsync(id, actor, http, get, ct) : changed.Error.ToProblem();
    }

    private static async Task<IResult> DeleteAsync(Guid id, Actor actor, DeleteSchedule delete, CancellationToken ct)
    {
        var deleted = await delete.HandleAsync(actor, new ScheduleId(id), ct);
        return deleted.Succeeded ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }

    private static async Task<IResult> OccurrencesAsync(
        Guid id, Actor actor, ListScheduleOutcomes list, [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, before) = (Cursor.Limit(limit), Cursor.Read<Position>(cursor));
        if (take.Error is not null || before.Error is not null)
            return (take.Error ?? before.Error)!.ToProblem();
        var page = await list.HandleAsync(actor, new(new ScheduleId(id), before.Value?.Number, take.Value + 1), ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, RestOccurrence.Of, item => new Position(item.Outcome.Sequence)))
            : page.Error.ToProblem();
    }

    private static async Task<IResult> DriftAsync(Guid project, Actor actor, GetDrift get, CancellationToken ct)
    {
        var drift = await get.HandleAsync(actor, new ProjectId(project), ct);
        return drift.Succeeded ? TypedResults.Ok(drift.Value) : drift.Error.ToProblem();
    }

    private static async Task<IResult> ZoneAsync(RestTimeZone body, Actor actor, ChangeTimeZone change, CancellationToken ct)
    {
        var changed = await change.HandleAsync(actor, new(body.TimeZone), ct);
        return changed.Succeeded ? TypedResults.Ok(body) : changed.Error.ToProblem();
    }
}
