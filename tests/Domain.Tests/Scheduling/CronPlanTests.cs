using System.Globalization;
using FewShotAD.Domain.Scheduling;

namespace FewShotAD.Domain.Tests.Scheduling;

public sealed class CronPlanTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("30 2 * * *", CronBeat.Daily)]
    [InlineData("0 6 * * 1-5", CronBeat.Weekdays)]
    [InlineData("15 4 * * 0", CronBeat.Weekly)]
    [InlineData("15 4 * * 6", CronBeat.Weekly)]
    [InlineData("0 0 1 * *", CronBeat.Monthly)]
    [InlineData("59 23 28 * *", CronBeat.Monthly)]
    [InlineData("0 22 L * *", CronBeat.Monthly)]
    public void What_people_say_without_cron_is_an_expression_and_is_read_back(string cron, CronBeat beat)
    {
        var plan = CronPlan.Of(cron);
        Assert.Equal((beat, cron), (plan!.Beat, plan.ToCron()));
        Assert.True(CronClock.Check(cron, DateTimeOffset.UnixEpoch).Succeeded);
    }

    [Fact]
    public void Sunday_has_two_numbers() => Assert.Equal(DayOfWeek.Sunday, CronPlan.Of("0 2 * * 7")!.Day);

    /// <summary>A day that not every month has would be left out in some of them: that is said as an expression, on purpose.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0 2 * *")]
    [InlineData("0 2 * * 1 *")]
    [InlineData("0 2 31 * *")]
    [InlineData("0 2 1 1 *")]
    [InlineData("0 2 1 * 1")]
    [InlineData("0,30 2 * * *")]
    [InlineData("*/15 * * * *")]
    [InlineData("60 2 * * *")]
    [InlineData("0 24 * * *")]
    [InlineData("+1 2 * * *")]
    [InlineData("0 2 * * MON")]
    public void What_says_more_than_a_plan_is_none(string? cron) => Assert.Null(CronPlan.Of(cron));

    [Fact]
    public void The_next_times_keep_to_the_clock_on_the_wall_when_it_changes()
    {
        var times = UpcomingTime.Of("30 2 * * *", Berlin, new DateTimeOffset(2026, 10, 23, 12, 0, 0, TimeSpan.Zero), 4);
        Assert.Equal(["24 02:30 +02:00", "25 02:30 +02:00", "26 02:30 +01:00", "27 02:30 +01:00"], times.Select(t => t.Local.ToString("dd HH:mm zzz", CultureInfo.InvariantCulture)));
        Assert.Equal([false, false, true, false], times.Select(t => t.ClockChanged));
        // In spring the time does not come: the first moment after the leap stands for it.
        times = UpcomingTime.Of("30 2 * * *", Berlin, new DateTimeOffset(2026, 3, 28, 12, 0, 0, TimeSpan.Zero), 2);
        Assert.Equal(["29 03:00 +02:00", "30 02:30 +02:00"], times.Select(t => t.Local.ToString("dd HH:mm zzz", CultureInfo.InvariantCulture)));
        Assert.Equal([true, false], times.Select(t => t.ClockChanged));
    }
}
