using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Stability;

/// <summary>The stability studies of a project: the newest, or the one that was chosen, with how far it is and what it says.</summary>
public sealed partial class StabilityPanel : IAsyncDisposable
{
    private const int Listed = 20;

    private static readonly TimeSpan Often = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource closing = new();
    private IReadOnlyList<StudyState>? studies;
    private StudyState? shown;
    private StudyId? chosen;
    private Error? failure;
    private ProjectId? read;
    private bool forming;
    private Task? following;

    [Parameter, EditorRequired]
    public TrainedModel Model { get; set; } = null!;

    [Parameter, EditorRequired]
    public Actor Actor { get; set; } = null!;

    [Inject]
    private ListStudies List { get; set; } = null!;

    [Inject]
    private CancelStudy Cancel { get; set; } = null!;

    [Inject]
    private DeleteStudy Delete { get; set; } = null!;

    [Inject]
    private UseStudyShots Use { get; set; } = null!;

    [Inject]
    private RunQueueView Queue { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    private bool MayWrite => Actor.Require(TeamPermissions.Write).Succeeded;

    /// <summary>Whether support sets differ by more than seeds make them.</summary>
    private bool TellsApart => shown!.Figures.Spreads.GetValueOrDefault(StudyMetric.ImageAuroc)?.SetDeviation > 0;

    protected override async Task OnParametersSetAsync()
    {
        if (read == Model.ProjectId)
            return;
        await ListAsync();
        read = Model.ProjectId;
    }

    private async Task ListAsync()
    {
        var listed = await List.HandleAsync(Actor, new(Model.ProjectId, Take: Listed), closing.Token);
        failure = listed.Error;
        if (!listed.Succeeded)
            return;
        studies = listed.Value;
        shown = studies.FirstOrDefault(study => study.Study.Id == chosen) ?? (studies.Count > 0 ? studies[0] : null);
        if (shown is { IsOver: false } && following is null or { IsCompleted: true })
            following = FollowAsync();
    }

    private Task ShowAsync(string? id)
    {
        chosen = Guid.TryParse(id, out var guid) ? new StudyId(guid) : null;
        return ListAsync();
    }

    private Task StartedAsync(StudyId study)
    {
        (chosen, forming) = (study, false);
        return ListAsync();
    }

    private Task<bool> CancelAsync() => DoAsync(() => Cancel.HandleAsync(Actor, shown!.Study.Id, closing.Token));

    private async Task DeleteAsync()
    {
        var sure = await Dialogs.ShowMessageBoxAsync(
            StabilityTexts.DeleteThisStudy, StabilityTexts.ItsFiguresRunsAndLogsGoFor, yesText: StabilityTexts.DeleteIt, cancelText: StabilityTexts.KeepIt);
        if (sure == true)
            await DoAsync(() => Delete.HandleAsync(Actor, shown!.Study.Id, closing.Token));
    }

    private async Task UseAsync(SetFigures set)
    {
        var shots = shown!.Study.Design.Sets.First(one => one.Number == set.Set).Shots;
        var fromTest = shots.Count(shot => shown.Shots.GetValueOrDefault(shot)?.Split == ImageSplit.Test);
        var sure = await Dialogs.ShowMessageBoxAsync(
            StabilityTexts.UseTheseShots,
            StabilityTexts.TheShotsOfSetBecomeTheNormal.With(shots.Count, set.Set, (fromTest == 0 ? "" : StabilityTexts.OfThemLeaveTheTestSet.With(fromTest))),
            yesText: StabilityTexts.UseThem, cancelText: StabilityTexts.LeaveIt);
        if (sure != true || !await DoAsync(() => Use.HandleAsync(Actor, new(shown.Study.Id, set.Set), closing.Token)))
            return;
        Snackbar.Add(StabilityTexts.TheShotsOfSetAreTheNormal.With(set.Set), Severity.Info);
        Navigation.NavigateTo($"/projects/{Model.ProjectId}/train");
    }

    private async Task<bool> DoAsync(Func<Task<Result>> work)
    {
        var done = await WhileBusyAsync(work);
        if (!done.Succeeded)
            Snackbar.Add(done.Error.Message, Severity.Error);
        await ListAsync();
        return done.Succeeded;
    }

    private static string Title(StudyState state) => StabilityTexts.StudyOfUTCRecipeOfV.With(state.Study.StartedAt.UtcDateTime, state.Study.ModelVersion);

    private async Task FollowAsync()
    {
        try
        {
            while (shown is { IsOver: false })
            {
                await Task.Delay(Often, Clock, closing.Token);
                await InvokeAsync(async () =>
                {
                    await TryAsync(ListAsync);
                    StateHasChanged();
                });
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        closing.Dispose();
    }
}
