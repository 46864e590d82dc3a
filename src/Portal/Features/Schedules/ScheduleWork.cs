using System.Globalization;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Features.Training;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Schedules;

/// <summary>
/// Looks at one schedule and does what is due: a run, its outcome and the schedule's next time are saved together or not at all, so of two
/// nodes that look at once one finds nothing left to do.
/// </summary>
public sealed class ScheduleWork(PortalDb db, IRunQueue queue, RunTickets tickets, TeamQuotas quotas, TimeProvider time)
{
    /// <returns>The run that it started; null when none was due, or none could be started.</returns>
    public async Task<RunId?> LookAsync(TenantId tenant, ScheduleId id, CancellationToken ct)
    {
        RunId? started = null;
        await db.ChangeAsync(
            tenant,
            async context =>
            {
                started = await LookAsync(context, id, ct);
                return Result.Ok;
            },
            ct);
        if (started is { } run)
            queue.Enqueue(tenant, run);
        return started;
    }

    private async Task<RunId?> LookAsync(PortalDbContext context, ScheduleId id, CancellationToken ct)
    {
        var schedule = await context.Schedules.FirstOrDefaultAsync(s => s.Id == id && s.Active, ct);
        if (schedule is null)
            return null;
        var zone = await ScheduleZone.OfAsync(context, ct);
        var now = time.GetUtcNow();
        var due = await DueAsync(context, schedule, zone, now, ct);
        if (due is null)
            return null;
        var busy = await context.Runs.AsNoTracking()
            .Where(r => r.ScheduleId == id && (r.Status == RunStatus.Queued || r.Status == RunStatus.Running || r.Status == RunStatus.Paused))
            .Select(r => (int?)r.Number)
            .FirstOrDefaultAsync(ct);
        // A time that has come is over; a count or a drift is still there when the run has ended.
        if (busy is not null && schedule.Trigger != ScheduleTrigger.Cron)
            return null;
        var queued = busy is { } number
            ? new StillUnderWay(number)
            : await QueueAsync(context, schedule, due.Why, now, ct);
        if (!queued.Succeeded)
        {
            var refusal = $"No run: {queued.Error.Message}";
            // What stays due is written down once, not at every look.
            var again = await LastResultAsync(context, schedule, ct) == refusal;
            if (schedule.Trigger == ScheduleTrigger.Cron || !again)
                context.ScheduleOutcomes.Add(schedule.Occur(due.At, due.Why, null, refusal, zone, now));
            // A run that takes longer than the pause is in the history; it keeps nobody from anything.
            if (!again && queued.Error is not StillUnderWay)
                schedule.TellStuck(refusal, now);
            return null;
        }

        if (due.Drift is { } figures)
            schedule.TellDrift(figures, now);
        context.ScheduleOutcomes.Add(schedule.Occur(due.At, due.Why, queued.Value, null, zone, now));
        return queued.Value.Id;
    }

    private static async Task<Due?> DueAsync(PortalDbContext context, Schedule schedule, TimeZoneInfo zone, DateTimeOffset now, CancellationToken ct)
    {
        switch (schedule.Trigger)
        {
            case ScheduleTrigger.Cron:
                var due = schedule.DueUpTo(zone, now);
                if (due.Count == 0)
                    return null;
                var missed = due.Count == 1 ? "" : $"; makes up for {due.Count - 1} before it that {(due.Count == 2 ? "was" : "were")} missed";
                return new Due(due[^1], $"Due {ScheduleZone.Text(due[^1], zone)}{missed}");
            case ScheduleTrigger.Verified:
                var verified = await NewlyVerified.CountAsync(context, schedule.ProjectId, schedule.Since, ct);
                return verified >= schedule.Rule.VerifiedImages ? new Due(now, $"{verified} newly verified images") : null;
            default:
                var windows = await DriftWindows.ReadAsync(context, schedule.ProjectId, schedule.Rule.MinSample, schedule.Since, ct);
                if (windows is null)
                    return null;
                var drift = ScoreDrift.Of(windows.Reference, windows.Current);
                if (drift.Psi <= schedule.Rule.MaxPsi && drift.Ks <= schedule.Rule.MaxKs)
                    return null;
                var why = string.Create(CultureInfo.InvariantCulture, $"Scores have drifted: PSI {drift.Psi:0.00} (limit {schedule.Rule.MaxPsi:0.##}), KS {drift.Ks:0.00} (limit {schedule.Rule.MaxKs:0.##})");
                return new Due(now, $"{why} over the last {windows.Current.Count} images", drift);
        }
    }

    /// <summary>A run as a person's start would make it, by whoever made the schedule.</summary>
    private async Task<Result<TrainingRun>> QueueAsync(PortalDbContext context, Schedule schedule, string why, DateTimeOffset now, CancellationToken ct)
    {
        var project = await context.Projects.AsNoTracking().FirstAsync(p => p.Id == schedule.ProjectId, ct);
        if (project.ArchivedAt is not null)
            return new ProjectAlreadyArchived(project.Name);
        var room = await quotas.AllowRunAsync(context, ct);
        if (!room.Succeeded)
            return room.Error;
        var snapshot = await RunSnapshots.TakeAsync(context, project, schedule.Recipe, ct);
        var ticket = await tickets.IssueAsync(context, schedule.Recipe, snapshot, RunPriority.Normal, ct);
        if (await RunTickets.SameAsync(context, project.Id, ticket, ct) is { } same)
            return same;
        var number = await RunTickets.NextNumberAsync(context, project.Id, ct);
        var cause = new RunCause(schedule.Id, $"Schedule “{schedule.Name}”: {why}");
        var queued = TrainingRun.Queue(project, number, schedule.Recipe, snapshot, schedule.CreatedBy, now, ticket with { Cause = cause });
        if (!queued.Succeeded)
            return queued;
        context.Runs.Add(queued.Value);
        context.Record(new AuditAuthor(schedule.CreatedBy, null), new AuditNote(AuditAction.RunStart, "run", $"{queued.Value.Id}", $"Run {number} of {project.Name} by schedule “{schedule.Name}”"), now);
        return queued;
    }

    private static Task<string?> LastResultAsync(PortalDbContext context, Schedule schedule, CancellationToken ct) =>
        context.ScheduleOutcomes.Where(o => o.ScheduleId == schedule.Id && o.Sequence == schedule.Outcomes).Select(o => o.Result).FirstOrDefaultAsync(ct);

    private sealed record Due(DateTimeOffset At, string Why, DriftFigures? Drift = null);

    private sealed record StillUnderWay(int Number)
        : Error(ErrorKind.Conflict, "schedule.busy", $"run {Number} of this schedule was still under way.");
}

/// <summary>The time zone of the team that a context is of.</summary>
internal static class ScheduleZone
{
    public static async Task<TimeZoneInfo> OfAsync(PortalDbContext context, CancellationToken ct) =>
        CronClock.FindZone(await context.Tenants.Select(t => t.TimeZone).FirstOrDefaultAsync(ct)) ?? TimeZoneInfo.Utc;

    public static string Text(DateTimeOffset at, TimeZoneInfo zone) =>
        $"{TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} {zone.Id}";
}
