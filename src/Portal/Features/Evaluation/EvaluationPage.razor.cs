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
        (0, 0) => ("No labelled test images", metrics.Unlabelled == 0
            ? "This model has scored no test image. Upload good and defective ones to the test set, say which is which, and score them from the results."
            : $"The {metrics.Unlabelled} scored test images have no label. Say on the images page which are good and which are defective: with 20 of each the numbers begin to mean something."),
        (_, 0) => ("Only good test images", "How well a model finds defects cannot be measured without any. Label defective images in the test set, or upload some. False alarms are counted below."),
        (0, _) => ("Only defective test images", "Without good test images nobody can say how often a good part would be called defective. Label good images in the test set, or upload some. What the line finds is counted below."),
        _ => null,
    };

    private static string MissedText(EvaluatedModel of)
    {
        var (missed, all) = (of.Metrics.Missed.Count, of.Metrics.Defective.Images);
        return missed <= MissedShown
            ? $"{missed} of {all} defective images {(missed == 1 ? "is" : "are")} called normal."
            : $"{missed} of {all} defective images are called normal. These score lowest:";
    }

    private static string ShotsText(EvaluatedModel of)
    {
        if (of.Model.ShotScores is null)
            return "This model was trained before scores of its shots were recorded. Train again to see whether one of them is odd.";
        var hint = EvaluationText.ShotsHint(of.Recipe.Method);
        return of.Support.Count >= SupportAdvice.LeastShots
            ? $"{hint} Odd is what lies above the median of the others by more than {SupportAdvice.Deviations:0.0} times their spread."
            : $"{hint} {of.Support.Count} shots are too few to say which is odd; a high one is only worth a look.";
    }

    private void Choose(ModelId model) => Navigation.NavigateTo($"{Home}/evaluation?model={model}");

    /// <summary>Takes a shot out of the support set; the next run learns without it.</summary>
    private async Task ReplaceAsync(SupportShot shot)
    {
        var sure = await Dialogs.ShowMessageBoxAsync(
            "Replace this shot",
            $"“{shot.Name}” leaves the normal shots and stays in the project, unassigned. Models that learned from it stay as they are: train again afterwards.",
            yesText: "Take it out", cancelText: "Keep it");
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
        Snackbar.Add(enough ? "Taken out. Train again without it." : "Taken out. Upload another normal shot in its place, then train again.", Severity.Info);
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
