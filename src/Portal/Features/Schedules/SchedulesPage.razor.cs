using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Training;
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
    private string? name;
    private ScheduleTrigger trigger = ScheduleTrigger.Cron;
    private string cron = "0 2 * * 1";
    private int verified = 50;
    private double psi = 0.25;
    private double ks = 0.2;
    private int sample = 50;
    private DetectionMethod method = DetectionMethod.RegAd;
    private int shots = 4;
    private string? zone;
    private string? error;

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
    private CreateSchedule Create { get; set; } = null!;

    [Inject]
    private ChangeSchedule Change { get; set; } = null!;

    [Inject]
    private DeleteSchedule Delete { get; set; } = null!;

    [Inject]
    private ChangeTimeZone Zone { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    private ScheduleRule Rule => new(trigger, trigger == ScheduleTrigger.Cron ? cron : null, verified, psi, ks, sample);

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
        if (changing is null)
            shots = Math.Clamp(Math.Min(shots, answer.Shots), TrainingRecipe.MinShots, TrainingRecipe.MaxShots);
    }

    private static string When(ScheduleRule rule) => rule.Trigger switch
    {
        ScheduleTrigger.Cron => rule.Cron!,
        ScheduleTrigger.Verified => SchedulesTexts.NewlyVerifiedImages.With(rule.VerifiedImages),
        _ => SchedulesTexts.PSIOrKS.With(rule.MaxPsi, rule.MaxKs),
    };

    private string Next(ScheduleView view) => view switch
    {
        { Schedule.Active: false } => SchedulesTexts.Paused,
        { Next.Count: > 0 } => string.Join(" · ", view.Next.Select(Local)),
        _ => SchedulesTexts.WhenItHappens,
    };

    private string Local(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, CronClock.FindZone(list!.TimeZone) ?? TimeZoneInfo.Utc).ToString("ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private async Task SaveAsync()
    {
        if (changing is null)
        {
            var created = await Create.HandleAsync(Actor, new(answer!.Project.Id, name, Rule, TrainingRecipe.For(TrainingPreset.Quick, method) with { Shots = shots }), Closing);
            error = created.Error?.Message;
        }
        else
        {
            var changed = await Change.HandleAsync(Actor, new(changing.Id, name, Rule), Closing);
            error = changed.Error?.Message;
        }

        if (error is not null)
            return;
        Clear();
        await ReloadAsync();
    }

    private void Edit(Schedule schedule)
    {
        var rule = schedule.Rule;
        (changing, name, trigger, cron) = (schedule, schedule.Name, rule.Trigger, rule.Cron ?? cron);
        (verified, psi, ks, sample, error) = (rule.VerifiedImages, rule.MaxPsi, rule.MaxKs, rule.MinSample, null);
    }

    private void Clear() => (changing, name, error) = (null, null, null);

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
