using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace FewShotAD.Portal.Features.Training;

/// <summary>A run while it works and afterwards. The page follows this node's run events and reads the database again on each.</summary>
public sealed partial class RunPage
{
    /// <summary>Also read now and then: a worker on another node tells this one nothing.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1.5);

    /// <summary>Of a run that is over there is little to come: somebody may resume it.</summary>
    private static readonly TimeSpan AfterTheEnd = TimeSpan.FromSeconds(5);

    /// <summary>At most this often, however fast the steps come.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromMilliseconds(500);

    private GetRun.Answer? answer;
    private ElementReference chartHost;
    private ElementReference logHost;
    private IJSObjectReference? module;
    private IJSObjectReference? scrollModule;
    private IJSObjectReference? chart;
    private int drawnSteps = -1;
    private int shownLog;
    private RunId? followed;

    [Parameter]
    public string IdText { get; set; } = "";

    [Parameter]
    public string RunText { get; set; } = "";

    [Inject]
    private GetRun Get { get; set; } = null!;

    [Inject]
    private CancelRun Cancel { get; set; } = null!;

    [Inject]
    private PauseRun Pause { get; set; } = null!;

    [Inject]
    private RunQueueView Queue { get; set; } = null!;

    [Inject]
    private ResumeRun Resume { get; set; } = null!;

    [Inject]
    private RunEvents Events { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var got = await Get.HandleAsync(Actor, new RunId(Guid.TryParse(RunText, out var id) ? id : Guid.Empty), ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        if (!Guid.TryParse(IdText, out var project) || got.Value.Run.ProjectId.Value != project)
        {
            Failure = new RunNotFound();
            return;
        }

        answer = got.Value;
        if (followed != answer.Run.Id)
        {
            followed = answer.Run.Id;
            _ = FollowAsync(answer.Run.Id);
        }
    }

    protected override async Task ScriptAsync(bool firstRender)
    {
        if (answer is null)
            return;
        if (chart is null)
        {
            module = await Js.InvokeAsync<IJSObjectReference>("import", "/js/losses-chart.js");
            scrollModule = await Js.InvokeAsync<IJSObjectReference>("import", "/js/scroll.js");
            chart = await module.InvokeAsync<IJSObjectReference>("createLossChart", chartHost);
        }

        if (answer.Steps.Count != drawnSteps)
        {
            drawnSteps = answer.Steps.Count;
            await chart.InvokeVoidAsync("replace", answer.Steps.Select(step => new
            {
                step = step.Step, epoch = step.Epoch, taskLoss = step.TaskLoss, discriminatorLoss = step.DiscriminatorLoss,
                adversarialLoss = step.AdversarialLoss, discriminatorAccuracy = step.DiscriminatorAccuracy,
            }));
        }

        if (answer.Log.Count > 0 && answer.Log[^1].Sequence != shownLog)
        {
            shownLog = answer.Log[^1].Sequence;
            await scrollModule!.InvokeVoidAsync("followEnd", logHost);
        }
    }

    /// <summary>Reads the run again whenever something happened to it, until it is over or the page is left.</summary>
    private async Task FollowAsync(RunId run)
    {
        using var subscription = Events.Subscribe(Actor.Tenant, run);
        try
        {
            while (!Closing.IsCancellationRequested && followed == run)
            {
                using var wait = CancellationTokenSource.CreateLinkedTokenSource(Closing);
                wait.CancelAfter(answer is { Run.IsOver: true } ? AfterTheEnd : Often);
                try
                {
                    await subscription.Events.WaitToReadAsync(wait.Token);
                }
                catch (OperationCanceledException) when (!Closing.IsCancellationRequested)
                {
                    // Nothing was said: look all the same.
                }

                while (subscription.Events.TryRead(out _))
                {
                    // What was said is in the database, or will be with the next event.
                }

                await InvokeAsync(async () =>
                {
                    await ReloadAsync();
                    StateHasChanged();
                });
                await Task.Delay(Seldom, Clock, Closing);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (ObjectDisposedException)
        {
            // The page was left between two looks.
        }
    }

    private Task CancelAsync() => ActAsync(() => Cancel.HandleAsync(Actor, answer!.Run.Id, Closing));

    private Task PauseAsync() => ActAsync(() => Pause.HandleAsync(Actor, answer!.Run.Id, Closing));

    private Task ResumeAsync() => ActAsync(() => Resume.HandleAsync(Actor, answer!.Run.Id, Closing));

    private async Task ActAsync(Func<Task<Result>> action)
    {
        var acted = await WhileBusyAsync(action);
        if (!acted.Succeeded)
            Snackbar.Add(acted.Error.Message, Severity.Error);
        await ReloadAsync();
    }

    private static string PhaseText(RunPhase? phase) => phase switch
    {
        RunPhase.Preparing => TrainingTexts.Preparing,
        RunPhase.Training => TrainingTexts.Training,
        RunPhase.Fitting => TrainingTexts.FittingTheNormalShots,
        RunPhase.Calibrating => TrainingTexts.SettingTheLine,
        RunPhase.Scoring => TrainingTexts.ScoringTestImages,
        RunPhase.Storing => TrainingTexts.Storing,
        _ => TrainingTexts.Working,
    };

    private static string TimeLeft(double seconds) =>
        seconds < 60 ? TrainingTexts.Seconds.With(Math.Max(1, (int)seconds)) : TrainingTexts.Minutes.With((int)Math.Ceiling(seconds / 60));

    /// <summary>"0.1.0+0682552": the commit's first seven digits name it well enough to read.</summary>
    private static string ShortVersion(string? version) =>
        version?.IndexOf('+', StringComparison.Ordinal) is { } plus and > 0 ? version[..Math.Min(version.Length, plus + 8)] : version ?? "–";

    private static string Time(DateTimeOffset? at) => at?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "–";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await JsLifetime.DisposeAsync(chart, module);
        await JsLifetime.DisposeAsync(null, scrollModule);
    }
}
