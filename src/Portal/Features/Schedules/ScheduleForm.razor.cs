using FewShotAD.Domain.Common;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Schedules;

/// <summary>All of a schedule as a form: of a new one, or of one that is changed.</summary>
public sealed partial class ScheduleForm
{
    private const string Mondays = "0 2 * * 1";

    private string? name;
    private ScheduleTrigger trigger = ScheduleTrigger.Cron;
    private string cron = Mondays;
    private int verified = 50;
    private double psi = 0.25;
    private double ks = 0.2;
    private int sample = 50;
    private TrainingRecipe recipe = TrainingRecipe.For(TrainingPreset.Quick);
    private (ScheduleId? Id, Guid Stamp)? shown;
    private string? error;

    [Parameter, EditorRequired]
    public Actor Actor { get; set; } = null!;

    [Parameter, EditorRequired]
    public ProjectId Project { get; set; }

    /// <summary>Null for a new one.</summary>
    [Parameter]
    public Schedule? Changing { get; set; }

    [Parameter, EditorRequired]
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>Normal shots that the project has.</summary>
    [Parameter]
    public int Shots { get; set; }

    /// <summary>It was saved, or nothing is to be.</summary>
    [Parameter]
    public EventCallback OnDone { get; set; }

    [Inject]
    private CreateSchedule Create { get; set; } = null!;

    [Inject]
    private ChangeSchedule Change { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    private ScheduleRule Rule => new(trigger, trigger == ScheduleTrigger.Cron ? cron : null, verified, psi, ks, sample);

    protected override void OnParametersSet()
    {
        var wanted = (Changing?.Id, Changing?.ConcurrencyStamp ?? Guid.Empty);
        if (shown == wanted)
            return;
        (shown, error) = (wanted, null);
        if (Changing is not { } schedule)
        {
            var shots = Math.Clamp(Shots, TrainingRecipe.MinShots, Math.Min(recipe.Shots, TrainingRecipe.MaxShots));
            (name, cron, recipe) = (null, Mondays, TrainingRecipe.For(TrainingPreset.Quick) with { Shots = shots });
            return;
        }

        var rule = schedule.Rule;
        (name, trigger, cron, recipe) = (schedule.Name, rule.Trigger, rule.Cron ?? Mondays, schedule.Recipe);
        (verified, psi, ks, sample) = (rule.VerifiedImages, rule.MaxPsi, rule.MaxKs, rule.MinSample);
    }

    /// <remarks>A write is not given up because the page is left meanwhile.</remarks>
    private async Task SaveAsync()
    {
        if (IsBusy)
            return;
        error = await WhileBusyAsync(async () => Changing is { } schedule
            ? (await Change.HandleAsync(Actor, new(schedule.Id, name, Rule, recipe, Expected: schedule.ConcurrencyStamp), CancellationToken.None)).Error?.Message
            : (await Create.HandleAsync(Actor, new(Project, name, Rule, recipe), CancellationToken.None)).Error?.Message);
        if (error is not null)
            return;
        shown = null;
        await OnDone.InvokeAsync();
    }
}
