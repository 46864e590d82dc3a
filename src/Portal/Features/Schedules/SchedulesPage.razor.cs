using FewShotAD.Domain.Common;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Schedules;

/// <summary>A project's schedules: made, changed, paused, with their next times and what became of the past ones.</summary>
public sealed partial class SchedulesPage
{
    private const int Shown = 50;

    private GetProject.Answer? answer;
    private ListSchedules.Answer? list;
    private GetDrift.Answer? drift;
    private IReadOnlyList<ListScheduleOutcomes.Item> history = [];
    private ScheduleId? shown;
    private Schedule? changing;
    private string? zone;

    [Parameter]
    public string IdText { get; set; } = "";

    [Inject]
    private GetProject Get { get; set; } = null!;

    [Inject]
    private ListSchedules List { get; set; } = null!;

    [Inject]
    private ListScheduleOutcomes Outcomes { get; set; } = null!;

    [Inject]
    private GetDrift Drift { get; set; } = null!;

    [Inject]
    private ChangeSchedule Change { get; set; } = null!;

    [Inject]
    private DeleteSchedule Delete { get; set; } = null!;

    [Inject]
    private ChangeTimeZone Zone { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    private TimeZoneInfo TeamZone => CronClock.FindZone(list!.TimeZone) ?? TimeZoneInfo.Utc;

    private bool MayAudit => Actor.Require(TeamPermissions.Manage).Succeeded;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var id = new ProjectId(Guid.TryParse(IdText, out var guid) ? guid : Guid.Empty);
        var got = await Get.HandleAsync(Actor, id, ct);
        var listed = await List.HandleAsync(Actor, id, ct);
        var moved = await Drift.HandleAsync(Actor, id, ct);
        if (!got.Succeeded || !listed.Succeeded || !moved.Succeeded)
        {
            Failure = got.Error ?? listed.Error ?? moved.Error;
            return;
        }

        (answer, list, drift) = (got.Value, listed.Value, moved.Value);
        zone ??= list.TimeZone;
        // One that was paused or deleted meanwhile is another one, or none.
        changing = changing is null ? null : list.Schedules.FirstOrDefault(view => view.Schedule.Id == changing.Id)?.Schedule;
    }

    private string Next(ScheduleView view) => view switch
    {
        { Schedule.Active: false } => SchedulesTexts.Paused,
        { Next: [var next, ..] } => Local(next),
        _ => SchedulesTexts.WhenItHappens,
    };

    private string Local(DateTimeOffset at) => ScheduleText.Local(TimeZoneInfo.ConvertTime(at, TeamZone));

    private Task DoneAsync()
    {
        changing = null;
        return ReloadAsync();
    }

    private async Task ShowAsync(ScheduleView view)
    {
        if (shown == view.Schedule.Id)
        {
            shown = null;
            return;
        }

        var listed = await Outcomes.HandleAsync(Actor, new(view.Schedule.Id, null, Shown), Closing);
        (shown, history) = (view.Schedule.Id, listed.Succeeded ? listed.Value : []);
    }

    private Task ToggleAsync(Schedule schedule) => ActAsync(() => Change.HandleAsync(Actor, new(schedule.Id, Active: !schedule.Active), Closing));

    private Task DeleteAsync(Schedule schedule) => ActAsync(() => Delete.HandleAsync(Actor, schedule.Id, Closing));

    private Task ZoneAsync() => ActAsync(() => Zone.HandleAsync(Actor, new(zone), Closing));

    private async Task ActAsync(Func<Task<Result>> action)
    {
        var acted = await action();
        Snackbar.Add(acted.Succeeded ? SharedTexts.Saved : acted.Error.Message, acted.Succeeded ? Severity.Success : Severity.Error);
        await ReloadAsync();
    }
}
