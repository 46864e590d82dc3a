using Cronos;
using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Scheduling;

/// <summary>
/// When a cron expression of five fields is due in a time zone. A local time that the clock leaps over is due at the first one after it; a
/// local time that comes twice is due the first time only.
/// </summary>
public static class CronClock
{
    public const int MaxLength = 100;

    /// <summary>No plant runs on a shorter beat, and each run takes minutes.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(15);

    /// <summary>Looked at to find the shortest pause: a week of quarter hours.</summary>
    private const int Looked = 700;

    public static Result Check(string? cron, DateTimeOffset now)
    {
        if (cron is null || cron.Length > MaxLength || !CronExpression.TryParse(cron, CronFormat.Standard, out var parsed))
            return new InvalidCron();
        DateTimeOffset? last = null;
        foreach (var due in parsed.GetOccurrences(now, now.AddYears(1), TimeZoneInfo.Utc).Take(Looked))
        {
            if (due - last < Shortest)
                return new CronTooOften();
            last = due;
        }

        return last is null ? new CronNever() : Result.Ok;
    }

    /// <returns>Null when it never is.</returns>
    public static DateTimeOffset? Next(string cron, TimeZoneInfo zone, DateTimeOffset after)
    {
        var parsed = CronExpression.Parse(cron, CronFormat.Standard);
        for (DateTimeOffset? due = after; ;)
        {
            due = parsed.GetNextOccurrence(due.Value, zone);
            if (due is not { } found)
                return null;
            if (!IsSecondPass(found, zone))
                return found.ToUniversalTime();
        }
    }

    public static TimeZoneInfo? FindZone(string? name) =>
        name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId ? zone : null;

    /// <summary>Of an hour that comes twice, the one with the smaller offset is the later one.</summary>
    private static bool IsSecondPass(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return zone.IsAmbiguousTime(local.DateTime) && local.Offset == zone.GetAmbiguousTimeOffsets(local.DateTime).Min();
    }
}

public sealed record InvalidCron()
    : Error(ErrorKind.Invalid, "schedule.cron", "A time is written as five fields: minute, hour, day of the month, month, day of the week. “0 2 * * 1” is Mondays at 02:00.");

public sealed record CronTooOften()
    : Error(ErrorKind.Invalid, "schedule.cron.often", $"A schedule is due every {CronClock.Shortest.TotalMinutes:0} minutes at most. Choose a longer pause.");

public sealed record CronNever()
    : Error(ErrorKind.Invalid, "schedule.cron.never", "This time does not come within a year. Correct day and month.");

public sealed record InvalidTimeZone()
    : Error(ErrorKind.Invalid, "team.time-zone", "Name a time zone as the IANA database does: Europe/Berlin, America/New_York, UTC.");
