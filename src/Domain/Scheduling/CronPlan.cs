using System.Globalization;

namespace FewShotAD.Domain.Scheduling;

public enum CronBeat
{
    Daily,

    /// <summary>Monday to Friday.</summary>
    Weekdays,
    Weekly,
    Monthly,
}

/// <summary>The cron expressions that people say without knowing cron: a beat and a time of day.</summary>
/// <param name="Day">Of a weekly one.</param>
/// <param name="MonthDay">Of a monthly one: 1 to 28, which every month has, or <see cref="LastDay"/>.</param>
public sealed record CronPlan(CronBeat Beat, TimeOnly At, DayOfWeek Day = DayOfWeek.Monday, int MonthDay = 1)
{
    public const int LastDay = 0;
    public const int MaxMonthDay = 28;

    private const int Fields = 5;
    private const int SundayAgain = 7;

    public string ToCron() => string.Create(CultureInfo.InvariantCulture, $"{At.Minute} {At.Hour} ") + Beat switch
    {
        CronBeat.Daily => "* * *",
        CronBeat.Weekdays => "* * 1-5",
        CronBeat.Weekly => string.Create(CultureInfo.InvariantCulture, $"* * {(int)Day}"),
        _ => MonthDay == LastDay ? "L * *" : string.Create(CultureInfo.InvariantCulture, $"{MonthDay} * *"),
    };

    /// <returns>Null for an expression that says more than a plan can.</returns>
    public static CronPlan? Of(string? cron)
    {
        var fields = cron?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (fields.Length != Fields || Number(fields[0], 0, 59) is not { } minute || Number(fields[1], 0, 23) is not { } hour || fields[3] != "*")
            return null;
        var at = new TimeOnly(hour, minute);
        return (fields[2], fields[4]) switch
        {
            ("*", "*") => new CronPlan(CronBeat.Daily, at),
            ("*", "1-5") => new CronPlan(CronBeat.Weekdays, at),
            ("*", var day) when Number(day, 0, SundayAgain) is { } number => new CronPlan(CronBeat.Weekly, at, (DayOfWeek)(number % SundayAgain)),
            ("L", "*") => new CronPlan(CronBeat.Monthly, at, MonthDay: LastDay),
            (var day, "*") when Number(day, 1, MaxMonthDay) is { } number => new CronPlan(CronBeat.Monthly, at, MonthDay: number),
            _ => null,
        };
    }

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;
}

/// <summary>A time that is to come, with what the clock shows then.</summary>
/// <param name="Local">With the offset of the time zone at that moment.</param>
/// <param name="ClockChanged">Whether the offset is another one than at the time before it.</param>
public sealed record UpcomingTime(DateTimeOffset Local, bool ClockChanged)
{
    /// <summary>The next times of an expression, which must be a valid one.</summary>
    public static IReadOnlyList<UpcomingTime> Of(string cron, TimeZoneInfo zone, DateTimeOffset now, int count)
    {
        var (times, offset, after) = (new List<UpcomingTime>(), zone.GetUtcOffset(now), now);
        while (times.Count < count && CronClock.Next(cron, zone, after) is { } next)
        {
            var local = TimeZoneInfo.ConvertTime(next, zone);
            times.Add(new UpcomingTime(local, local.Offset != offset));
            (offset, after) = (local.Offset, next);
        }

        return times;
    }
}
