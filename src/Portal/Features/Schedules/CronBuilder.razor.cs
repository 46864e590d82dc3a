using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Scheduling;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Schedules;

/// <summary>Says when in words, for who does not know cron; the expression itself for who does. Shows what comes of it.</summary>
public sealed partial class CronBuilder
{
    private const string Custom = "Custom";
    private const int Shown = 5;

    private static readonly DayOfWeek[] Week =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    private CronBeat? beat = CronBeat.Weekly;
    private TimeOnly at = new(2, 0);
    private DayOfWeek day = DayOfWeek.Monday;
    private int monthDay = 1;
    private string? known;

    [Parameter, EditorRequired]
    public string Value { get; set; } = "";

    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    [Parameter, EditorRequired]
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }

    private Error? Fault => CronClock.Check(Value, Now).Error;

    protected override void OnParametersSet()
    {
        // What came from here is not read back: an expression that happens to be a plan stays custom while it is typed.
        if (Value == known)
            return;
        known = Value;
        var plan = CronPlan.Of(Value);
        beat = plan?.Beat;
        if (plan is not null)
            (at, day, monthDay) = (plan.At, plan.Day, plan.MonthDay);
    }

    private Task UseBeatAsync(ChangeEventArgs e)
    {
        beat = Enum.TryParse<CronBeat>(e.Value as string, out var chosen) ? chosen : null;
        return beat is null ? Task.CompletedTask : SayAsync();
    }

    private Task UseDayAsync(ChangeEventArgs e)
    {
        day = Enum.TryParse<DayOfWeek>(e.Value as string, out var chosen) ? chosen : day;
        return SayAsync();
    }

    private Task UseMonthDayAsync(ChangeEventArgs e)
    {
        monthDay = int.TryParse(e.Value as string, NumberStyles.None, CultureInfo.InvariantCulture, out var chosen) ? chosen : monthDay;
        return SayAsync();
    }

    private Task UseTimeAsync(ChangeEventArgs e)
    {
        at = TimeOnly.TryParse(e.Value as string, CultureInfo.InvariantCulture, out var chosen) ? chosen : at;
        return SayAsync();
    }

    private Task UseExpressionAsync(ChangeEventArgs e) => TellAsync((e.Value as string ?? "").Trim());

    private Task SayAsync() => TellAsync(new CronPlan(beat ?? CronBeat.Daily, at, day, monthDay).ToCron());

    private Task TellAsync(string cron)
    {
        known = cron;
        return ValueChanged.InvokeAsync(cron);
    }
}
