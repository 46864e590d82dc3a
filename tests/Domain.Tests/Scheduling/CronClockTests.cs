using System.Globalization;
using FewShotAD.Domain.Scheduling;

namespace FewShotAD.Domain.Tests.Scheduling;

/// <summary>Times around the changes of the clock, by hand: Berlin leaps from 02:00 to 03:00 on 2027-03-28 and back on 2027-10-31.</summary>
public sealed class CronClockTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("30 2 * * *", "2027-03-27T12:00Z", "2027-03-28T01:00Z,2027-03-29T00:30Z")] // 02:30 is leapt over: 03:00 summer time
    [InlineData("0 3 * * *", "2027-03-27T12:00Z", "2027-03-28T01:00Z,2027-03-29T01:00Z")]
    [InlineData("30 2 * * *", "2027-10-30T12:00Z", "2027-10-31T00:30Z,2027-11-01T01:30Z")] // 02:30 comes twice: the first one
    [InlineData("*/30 2 * * *", "2027-10-30T12:00Z", "2027-10-31T00:00Z,2027-10-31T00:30Z,2027-11-01T01:00Z")]
    [InlineData("0 * * * *", "2027-10-30T23:30Z", "2027-10-31T00:00Z,2027-10-31T02:00Z")] // 02:00 once, then 03:00 winter time
    [InlineData("0 2 29 2 *", "2027-10-30T12:00Z", "2028-02-29T01:00Z")]
    public void Around_the_changes_of_the_clock(string cron, string after, string expected)
    {
        var at = DateTimeOffset.Parse(after, CultureInfo.InvariantCulture);
        foreach (var due in expected.Split(',').Select(text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)))
        {
            var next = CronClock.Next(cron, Berlin, at);
            Assert.Equal(due, next);
            at = next!.Value;
        }
    }

    [Theory]
    [InlineData("0 2 * * 1", null)]
    [InlineData("*/15 * * * *", null)]
    [InlineData("*/14 * * * *", typeof(CronTooOften))]
    [InlineData("0,5 2 * * *", typeof(CronTooOften))]
    [InlineData("0 2 30 2 *", typeof(CronNever))]
    [InlineData("0 0 2 * * 1", typeof(InvalidCron))]
    [InlineData("at night", typeof(InvalidCron))]
    [InlineData(null, typeof(InvalidCron))]
    public void What_a_person_may_write(string? cron, Type? error) =>
        Assert.Equal(error, CronClock.Check(cron, new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)).Error?.GetType());

    [Theory]
    [InlineData("Europe/Berlin", true)]
    [InlineData("UTC", true)]
    [InlineData("Berlin", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData(null, false)]
    public void Zones_are_those_of_the_database(string? name, bool known) => Assert.Equal(known, CronClock.FindZone(name) is not null);
}
