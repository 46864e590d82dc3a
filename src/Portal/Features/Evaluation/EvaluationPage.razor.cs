using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Evaluation;

/// <summary>How good a model is, on what that rests, what it misses, and whether its shots belong together.</summary>
public sealed partial class EvaluationPage
{
    private const int MissedShown = 3;

    /// <summary>While results come.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5);

    private GetEvaluation.Answer? answer;
    private IReadOnlyList<TrainedModel> models = [];
    private bool following;

    [Parameter]
    public string IdText { get; set; } = "";

    [SupplyParameterFromQuery(Name = "model")]
    private string? ModelText { get; set; }

    [Inject]
    private GetEvaluation Get { get; set; } = null!;

    [Inject]
    private ListModels Models { get; set; } = null!;

    [Inject]
    private ClassifyImages Classify { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    private string Home => $"/projects/{answer!.Project.Id}";

    private bool MayWrite => Actor.Require(TeamPermissions.Write).Succeeded;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var project = new ProjectId(Guid.TryParse(IdText, out var guid) ? guid : Guid.Empty);
        ModelId? model = Guid.TryParse(ModelText, out var named) ? new ModelId(named) : null;
        var got = await Get.HandleAsync(Actor, new GetEvaluation.Request(project, model), ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        models = await Models.HandleAsync(Actor, project, ct);
        answer = got.Value;
        if (answer.Evaluated is { IsComing: true } && !following)
        {
            following = true;
            _ = FollowAsync();
        }
    }

    /// <summary>What has to be labelled before anything can be measured; null when nothing is missing.</summary>
    private static (string Title, string Text)? Missing(ModelEvaluation metrics) => (metrics.Good.Images, metrics.Defective.Images) switch
    {
        (0, 0) => (EvaluationTexts.NoLabelledTestImages, metrics.Unlabelled == 0
            ? EvaluationTexts.ThisModelHasScoredNoTestImage
            : EvaluationTexts.TheScoredTestImagesHaveNoLabel.With(metrics.Unlabelled)),
        (_, 0) => (EvaluationTexts.OnlyGoodTestImages, EvaluationTexts.HowWellAModelFindsDefectsCannot),
        (0, _) => (EvaluationTexts.OnlyDefectiveTestImages, EvaluationTexts.WithoutGoodTestImagesNobodyCanSay),
        _ => null,
    };

    private static string MissedText(EvaluatedModel of)
    {
        var (missed, all) = (of.Metrics.Missed.Count, of.Metrics.Defective.Images);
        return missed <= MissedShown
            ? Plural.Of(missed, EvaluationTexts.OfDefectiveImagesIsCalledNormal, EvaluationTexts.OfDefectiveImagesAreCalledNormal, all)
            : EvaluationTexts.OfDefectiveImagesAreCalledNormalThese.With(missed, all);
    }

    private static string ShotsText(EvaluatedModel of)
    {
        if (of.Model.ShotScores is null)
            return EvaluationTexts.ThisModelWasTrainedBeforeScoresOf;
        var hint = EvaluationText.ShotsHint(of.Recipe.Method);
        return of.Support.Count >= SupportAdvice.LeastShots
            ? EvaluationTexts.OddIsWhatLiesAboveTheMedian.With(hint, SupportAdvice.Deviations)
            : EvaluationTexts.ShotsAreTooFewToSayWhich.With(hint, of.Support.Count);
    }

    private void Choose(ModelId model) => Navigation.NavigateTo($"{Home}/evaluation?model={model}");

    /// <summary>Takes a shot out of the support set; the next run learns without it.</summary>
    private async Task ReplaceAsync(SupportShot shot)
    {
        var sure = await Dialogs.ShowMessageBoxAsync(
            EvaluationTexts.ReplaceThisShot,
            EvaluationTexts.LeavesTheNormalShotsAndStaysIn.With(shot.Name),
            yesText: EvaluationTexts.TakeItOut, cancelText: EvaluationTexts.KeepIt);
        if (sure != true)
            return;
        var taken = await Classify.HandleAsync(
            Actor, new ClassifyImages.Request(answer!.Project.Id, [shot.Image], ImageSplit.Unassigned, null, null), Closing);
        if (!taken.Succeeded)
        {
            Snackbar.Add(taken.Error.Message, Severity.Error);
            return;
        }

        // Where what is left suffices for the recipe, it can be trained at once.
        var enough = answer.Shots - 1 >= answer.Evaluated!.Recipe.Shots;
        Snackbar.Add(enough ? EvaluationTexts.TakenOutTrainAgainWithoutIt : EvaluationTexts.TakenOutUploadAnotherNormalShotIn, Severity.Info);
        Navigation.NavigateTo(enough ? $"{Home}/train" : $"{Home}/images");
    }

    private async Task FollowAsync()
    {
        try
        {
            while (answer?.Evaluated is { IsComing: true })
            {
                await Task.Delay(Often, Clock, Closing);
                await InvokeAsync(async () =>
                {
                    await ReloadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
        finally
        {
            following = false;
        }
    }
}
