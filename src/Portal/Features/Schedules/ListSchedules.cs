using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Schedules;

/// <param name="Next">The next times, of an active cron schedule.</param>
public sealed record ScheduleView(Schedule Schedule, string TimeZone, IReadOnlyList<DateTimeOffset> Next)
{
    private const int Times = 5;

    internal static ScheduleView Of(Schedule schedule, TimeZoneInfo zone)
    {
        var next = new List<DateTimeOffset>();
        for (var at = schedule.NextAt; at is { } due && next.Count < Times; at = CronClock.Next(schedule.Rule.Cron!, zone, due))
            next.Add(due);
        return new ScheduleView(schedule, zone.Id, next);
    }
}

/// <summary>A project's schedules by name.</summary>
public sealed class ListSchedules(PortalDb db) : IUseCase
{
    public sealed record Answer(string TimeZone, IReadOnlyList<ScheduleView> Schedules);

    public async Task<Result<Answer>> HandleAsync(Actor actor, ProjectId project, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == project, ct))
            return new ProjectNotFound();
        var zone = await ScheduleZone.OfAsync(context, ct);
        var rows = await context.Schedules.AsNoTracking().Where(s => s.ProjectId == project).OrderBy(s => s.Name).ToListAsync(ct);
        return new Answer(zone.Id, [.. rows.Select(row => ScheduleView.Of(row, zone))]);
    }
}

public sealed class GetSchedule(PortalDb db) : IUseCase
{
    public async Task<Result<ScheduleView>> HandleAsync(Actor actor, ScheduleId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var row = await context.Schedules.AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, ct);
        return row is null ? new ScheduleNotFound() : ScheduleView.Of(row, await ScheduleZone.OfAsync(context, ct));
    }
}

/// <summary>What became of a schedule's occurrences, newest first.</summary>
public sealed class ListScheduleOutcomes(PortalDb db) : IUseCase
{
    /// <param name="Before">The number that the last page ended with; null at the beginning.</param>
    public sealed record Request(ScheduleId Id, int? Before, int Take);

    public sealed record Item(ScheduleOutcome Outcome, int? RunNumber, RunStatus? Status);

    public async Task<Result<IReadOnlyList<Item>>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Schedules.AnyAsync(s => s.Id == request.Id, ct))
            return new ScheduleNotFound();
        var outcomes = await context.ScheduleOutcomes.AsNoTracking()
            .Where(o => o.ScheduleId == request.Id && (request.Before == null || o.Sequence < request.Before))
            .OrderByDescending(o => o.Sequence)
            .Take(request.Take)
            .ToListAsync(ct);
        var ids = outcomes.Where(o => o.RunId is not null).Select(o => o.RunId!.Value).ToList();
        var runs = await context.Runs.AsNoTracking().Where(r => ids.Contains(r.Id)).Select(r => new { r.Id, r.Number, r.Status }).ToDictionaryAsync(r => r.Id, ct);
        return Result<IReadOnlyList<Item>>.Ok([.. outcomes.Select(o =>
        {
            var run = o.RunId is { } id ? runs.GetValueOrDefault(id) : null;
            return new Item(o, run?.Number, run?.Status);
        })]);
    }
}
