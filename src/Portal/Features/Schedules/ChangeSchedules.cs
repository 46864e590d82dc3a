using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Schedules;

/// <summary>Makes a schedule of a project; its first time is the next one from now.</summary>
public sealed class CreateSchedule(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record Request(ProjectId Project, string? Name, ScheduleRule Rule, TrainingRecipe Recipe);

    public async Task<Result<ScheduleId>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        return await db.ChangeAsync<ScheduleId>(
            actor.Tenant,
            async context =>
            {
                var project = await context.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.Id == request.Project, ct);
                if (project is null)
                    return new ProjectNotFound();
                if (await context.Schedules.CountAsync(s => s.ProjectId == request.Project, ct) >= Schedule.MostPerProject)
                    return new TooManySchedules();
                var zone = await ScheduleZone.OfAsync(context, ct);
                var created = Schedule.Create(project, request.Name, request.Rule, request.Recipe, zone, actor.User, time.GetUtcNow());
                if (!created.Succeeded)
                    return created.Error;
                context.Schedules.Add(created.Value);
                context.Record(actor, time, AuditAction.ScheduleCreate, "schedule", created.Value.Id, $"{created.Value.Name} of {project.Name}");
                return created.Value.Id;
            },
            ct);
    }
}

/// <summary>Changes a schedule, pauses it or lets it go on. What is null stays; the trail says what is another one now.</summary>
public sealed class ChangeSchedule(PortalDb db, TimeProvider time) : IUseCase
{
    /// <param name="Expected">The state that the caller saw, when it must still be that one.</param>
    public sealed record Request(ScheduleId Id, string? Name = null, ScheduleRule? Rule = null, TrainingRecipe? Recipe = null, bool? Active = null, Guid? Expected = null);

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        return await db.ChangeAsync(
            actor.Tenant,
            async context =>
            {
                var schedule = await context.Schedules.FirstOrDefaultAsync(s => s.Id == request.Id, ct);
                if (schedule is null)
                    return new ScheduleNotFound();
                if (request.Expected is { } seen && seen != schedule.ConcurrencyStamp)
                    return new ScheduleChanged();
                var (zone, now, before) = (await ScheduleZone.OfAsync(context, ct), time.GetUtcNow(), ScheduleState.Of(schedule));
                if (request is not { Name: null, Rule: null, Recipe: null })
                {
                    var changed = schedule.Change(request.Name ?? schedule.Name, request.Rule ?? schedule.Rule, request.Recipe ?? schedule.Recipe, zone, now);
                    if (!changed.Succeeded)
                        return changed;
                }

                if (request.Active == false)
                    schedule.Pause();
                else if (request.Active == true && !schedule.Active)
                    schedule.Resume(zone, now);
                context.Record(actor, time, AuditAction.ScheduleChange, "schedule", schedule.Id, before.Difference(schedule));
                return Result.Ok;
            },
            ct);
    }
}

/// <summary>Deletes a schedule with its history; runs that it made stay and say why they were made.</summary>
public sealed class DeleteSchedule(PortalDb db, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, ScheduleId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        return await db.ChangeAsync(
            actor.Tenant,
            async context =>
            {
                var schedule = await context.Schedules.FirstOrDefaultAsync(s => s.Id == id, ct);
                if (schedule is null)
                    return new ScheduleNotFound();
                context.Schedules.Remove(schedule);
                context.Record(actor, time, AuditAction.ScheduleDelete, "schedule", schedule.Id, schedule.Name);
                return Result.Ok;
            },
            ct);
    }
}

/// <summary>In which time zone the team's schedules are due. Their next times are found anew.</summary>
public sealed class ChangeTimeZone(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record Request(string? TimeZone);

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        return await db.ChangeAsync(
            actor.Tenant,
            async context =>
            {
                var team = await context.Tenants.FirstAsync(ct);
                var changed = team.ChangeTimeZone(request.TimeZone);
                if (!changed.Succeeded)
                    return changed;
                var zone = CronClock.FindZone(team.TimeZone)!;
                foreach (var schedule in await context.Schedules.Where(s => s.Active && s.Trigger == ScheduleTrigger.Cron).ToListAsync(ct))
                    schedule.Plan(zone, time.GetUtcNow());
                context.Record(actor, time, AuditAction.TimeZoneChange, "team", actor.Tenant, team.TimeZone);
                return Result.Ok;
            },
            ct);
    }
}
