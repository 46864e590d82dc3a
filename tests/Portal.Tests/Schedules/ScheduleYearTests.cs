using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Schedules;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Schedules;

/// <summary>
/// A year of two schedules in simulated time, over both changes of the clock, with days on which the portal is down and runs that take longer
/// than a day, against an enumeration that walks the year minute by minute.
/// </summary>
public sealed class ScheduleYearTests(ITestOutputHelper output)
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_year_gives_exactly_the_runs_that_it_should()
    {
        await using var host = new PortalHost();
        await host.InitializeAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var tenant = Tenant.Create("A year", host.Time.Now).Value;
        await using (var context = host.Db.ForTenant(tenant.TenantId))
        {
            context.Tenants.Add(tenant);
            await context.SaveChangesAsync(Ct);
        }

        var team = new TeamAtWork(host, scope.ServiceProvider, new Actor(tenant.TenantId, new UserId(Guid.NewGuid()), TeamRole.Owner));
        var project = await team.ProjectAsync();
        await team.RowsAsync(project, ("a", ImageSplit.Support, ImageLabel.Normal), ("b", ImageSplit.Support, ImageLabel.Normal));
        Assert.True((await scope.ServiceProvider.GetRequiredService<ChangeTimeZone>().HandleAsync(team.Engineer, new("Europe/Berlin"), Ct)).Succeeded);
        // On the hour, so that a look an hour is a look at once.
        host.Time.Advance(Hour - TimeSpan.FromTicks(host.Time.Now.UtcTicks % Hour.Ticks));
        var start = host.Time.Now;
        var nightly = await MakeAsync(scope, team, project, "Nightly", "30 2 * * *", seed: 1);
        var monday = await MakeAsync(scope, team, project, "Mondays", "0 22 * * 1", seed: 2);

        var clock = host.Services.GetRequiredService<ScheduleClock>();
        var expected = new[] { new Reference(nightly, Occurrences(start, 2, 30, null)), new Reference(monday, Occurrences(start, 22, 0, DayOfWeek.Monday)) };
        var made = new List<(ScheduleId Schedule, DateTimeOffset At)>();
        var running = new Dictionary<ScheduleId, (RunId Run, DateTimeOffset Ends)>();
        for (var hour = 1; hour <= 366 * 24; hour++)
        {
            host.Time.Advance(Hour);
            var now = host.Time.Now;
            foreach (var (schedule, run) in running.Where(r => r.Value.Ends <= now).ToList())
            {
                await EndAsync(team, run.Run, now);
                running.Remove(schedule);
                expected.Single(e => e.Schedule == schedule).Busy = false;
            }

            // Down: three days in every forty, a night in every eleven.
            if (hour / 24 % 40 < 3 || hour / 24 % 11 == 5)
                continue;
            // Only where something is expected or was looked for wrongly; else the year would take minutes.
            var shall = expected.OrderBy(e => e.Next).Select(e => (e.Schedule, Run: e.Look(now))).ToList();
            if (shall.Any(s => s.Run is not null) || hour % 24 == 0)
                await clock.LookAsync(Ct);
            foreach (var (schedule, starts) in shall)
            {
                if (starts != true)
                    continue;
                var run = await NewestAsync(team, schedule);
                made.Add((schedule, now));
                // Every fourth takes thirty hours: the next night finds it still under way.
                running[schedule] = (run, now + (made.Count % 4 == 0 ? TimeSpan.FromHours(30) : Hour));
                expected.Single(e => e.Schedule == schedule).Busy = true;
            }
        }

        await using var rows = team.Open();
        var runs = await rows.Runs.AsNoTracking().OrderBy(r => r.Number).Select(r => new { r.ScheduleId, r.QueuedAt }).ToListAsync(Ct);
        Assert.Equal(made.Select(m => ((ScheduleId?)m.Schedule, m.At)), runs.Select(r => (r.ScheduleId, r.QueuedAt)));
        var outcomes = await rows.ScheduleOutcomes.AsNoTracking().ToListAsync(Ct);
        Assert.Equal(expected.Sum(e => e.Skipped), outcomes.Count(o => o.RunId is null));
        Assert.All(outcomes.Where(o => o.RunId is null), o => Assert.Contains("was still under way", o.Result, StringComparison.Ordinal));
        Assert.Equal(expected.Sum(e => e.Late), outcomes.Count(o => o.Why.Contains("missed", StringComparison.Ordinal)));
        Assert.True(expected.Sum(e => e.Skipped) > 20 && expected.Sum(e => e.Late) > 5, "The year was too quiet to tell anything.");
        output.WriteLine($"{runs.Count} runs, {expected.Sum(e => e.Skipped)} occurrences skipped, {expected.Sum(e => e.Late)} made up for several");
    }

    private static async Task<ScheduleId> MakeAsync(AsyncServiceScope scope, TeamAtWork team, ProjectId project, string name, string cron, int seed)
    {
        var recipe = TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.PatchCore) with { Shots = 2, Seed = seed };
        return (await scope.ServiceProvider.GetRequiredService<CreateSchedule>()
            .HandleAsync(team.Engineer, new(project, name, new ScheduleRule(ScheduleTrigger.Cron, cron), recipe), Ct)).Value;
    }

    private static async Task EndAsync(TeamAtWork team, RunId id, DateTimeOffset now)
    {
        await using var context = team.Open();
        var run = await context.Runs.SingleAsync(r => r.Id == id, Ct);
        Assert.True(run.Claim("node", now).Succeeded && run.Succeed(now).Succeeded);
        await context.SaveChangesAsync(Ct);
    }

    private static async Task<RunId> NewestAsync(TeamAtWork team, ScheduleId schedule)
    {
        await using var context = team.Open();
        return await context.Runs.Where(r => r.ScheduleId == schedule).OrderByDescending(r => r.Number).Select(r => r.Id).FirstAsync(Ct);
    }

    /// <summary>Every minute of a year that shows the local time for the first time, and the minute after a leap that went over it.</summary>
    private static List<DateTimeOffset> Occurrences(DateTimeOffset start, int hour, int minute, DayOfWeek? day)
    {
        var found = new List<DateTimeOffset>();
        var wanted = new TimeSpan(hour, minute, 0);
        var last = TimeZoneInfo.ConvertTime(start, Berlin).DateTime;
        var done = new HashSet<DateTime>();
        for (var at = start.AddMinutes(1); at <= start.AddDays(368); at = at.AddMinutes(1))
        {
            var local = TimeZoneInfo.ConvertTime(at, Berlin).DateTime;
            var due = local.Date + wanted;
            if (last < due && local >= due && (day is null || local.DayOfWeek == day) && done.Add(local.Date))
                found.Add(at);
            last = local;
        }

        return found;
    }

    /// <summary>What should happen at a look, told by nothing but the list of times.</summary>
    private sealed class Reference(ScheduleId schedule, List<DateTimeOffset> due)
    {
        private int next;

        public ScheduleId Schedule => schedule;

        /// <summary>What has waited longest goes first.</summary>
        public DateTimeOffset? Next => next < due.Count ? due[next] : null;

        public bool Busy { get; set; }

        public int Skipped { get; private set; }

        public int Late { get; private set; }

        /// <returns>Null when nothing is due, else whether a run is made.</returns>
        public bool? Look(DateTimeOffset now)
        {
            var from = next;
            while (next < due.Count && due[next] <= now)
                next++;
            if (next == from)
                return null;
            if (next - from > 1)
                Late++;
            if (Busy)
                Skipped++;
            return !Busy;
        }
    }
}
