using System.ComponentModel.DataAnnotations;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Schedules;

/// <summary>Section <c>Schedules</c>.</summary>
public sealed class ScheduleOptions
{
    public const string Section = "Schedules";

    /// <summary>How often schedules are looked at.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);
}

/// <summary>Looks at the schedules of all teams now and then. What is due is in the database: a restart forgets nothing.</summary>
public sealed class ScheduleClock(
    CrossTenantDb across, ScheduleWork work, ScheduleResults results, IOptions<ScheduleOptions> options, TimeProvider time, ILogger<ScheduleClock> log) : BackgroundService
{
    public async Task LookAsync(CancellationToken ct)
    {
        await using var reader = across.Open("Schedules of all teams that may be due");
        var now = time.GetUtcNow();
        var open = await reader.All<ScheduleOutcome>()
            .Where(o => o.RunId != null && o.Result == null)
            .Where(o => !reader.All<TrainingRun>().Any(r => r.Id == o.RunId && (r.Status == RunStatus.Queued || r.Status == RunStatus.Running || r.Status == RunStatus.Paused)))
            .Select(o => new { o.TenantId, o.ScheduleId, o.Sequence })
            .ToListAsync(ct);
        foreach (var outcome in open)
            await results.FinishAsync(outcome.TenantId, outcome.ScheduleId, outcome.Sequence, ct);

        // After a standstill many are due: their runs wait in the order in which they would have come.
        var active = await reader.All<Schedule>()
            .Where(s => s.Active && (s.NextAt <= now || s.Trigger != ScheduleTrigger.Cron))
            .OrderBy(s => s.NextAt == null).ThenBy(s => s.NextAt).ThenBy(s => s.Id)
            .Select(s => new { s.TenantId, s.Id })
            .ToListAsync(ct);
        foreach (var schedule in active)
            await work.LookAsync(schedule.TenantId, schedule.Id, ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "The schedules could not be looked at and are in {Interval}", options.Value.Interval);
            }
        }
    }
}
