using System.Globalization;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Schedules;

/// <summary>Schedules in the user's terms.</summary>
internal static class ScheduleText
{
    public static string When(ScheduleRule rule) => rule.Trigger switch
    {
        ScheduleTrigger.Cron => CronPlan.Of(rule.Cron) is { } plan ? Plan(plan) : rule.Cron!,
        ScheduleTrigger.Verified => SchedulesTexts.NewlyVerifiedImages.With(rule.VerifiedImages),
        _ => SchedulesTexts.PSIOrKS.With(rule.MaxPsi, rule.MaxKs),
    };

    public static string Plan(CronPlan plan)
    {
        var at = plan.At.ToString("HH:mm", CultureInfo.InvariantCulture);
        return plan.Beat switch
        {
            CronBeat.Daily => SchedulesTexts.EveryDayAt.With(at),
            CronBeat.Weekdays => SchedulesTexts.MondayToFridayAt.With(at),
            CronBeat.Weekly => SchedulesTexts.EveryAt.With(Day(plan.Day), at),
            _ => plan.MonthDay == CronPlan.LastDay ? SchedulesTexts.LastDayOfEveryMonthAt.With(at) : SchedulesTexts.DayOfEveryMonthAt.With(plan.MonthDay, at),
        };
    }

    public static string Day(DayOfWeek day) => day switch
    {
        DayOfWeek.Monday => SchedulesTexts.Monday,
        DayOfWeek.Tuesday => SchedulesTexts.Tuesday,
        DayOfWeek.Wednesday => SchedulesTexts.Wednesday,
        DayOfWeek.Thursday => SchedulesTexts.Thursday,
        DayOfWeek.Friday => SchedulesTexts.Friday,
        DayOfWeek.Saturday => SchedulesTexts.Saturday,
        _ => SchedulesTexts.Sunday,
    };

    /// <summary>As the clock on the wall shows it.</summary>
    public static string Local(DateTimeOffset local) => $"{Day(local.DayOfWeek)} {local.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}";

    /// <summary>With how far that clock is from UTC, which tells two sides of a change of the clock apart.</summary>
    public static string WithOffset(DateTimeOffset local) =>
        $"{Local(local)} UTC{(local.Offset == TimeSpan.Zero ? "" : $"{(local.Offset < TimeSpan.Zero ? '−' : '+')}{local.Offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture)}")}";
}
