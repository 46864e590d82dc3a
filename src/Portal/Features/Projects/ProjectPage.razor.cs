using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Schedules;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Projects;

/// <summary>The overview: one card that says what to do next, the last runs, the highest scores.</summary>
public partial class ProjectPage
{
    private const int StripLength = 12;

    private GetProject.Answer? answer;
    private IReadOnlyList<ListRuns.Item> runs = [];
    private IReadOnlyList<ListResults.Item> strip = [];
    private TrainedModel? stripModel;
    private GetDrift.Answer? drift;

    [Parameter]
    public string IdText { get; set; } = "";

    [Inject]
    private GetProject Get { get; set; } = null!;

    [Inject]
    private ListRuns Runs { get; set; } = null!;

    [Inject]
    private GetDrift Drift { get; set; } = null!;

    [Inject]
    private ListResults Results { get; set; } = null!;

    private Step Next => Steps.FirstOrDefault(step => !step.Done) ?? Steps[^1];

    private IReadOnlyList<Step> Steps
    {
        get
        {
            var home = $"/projects/{answer!.Project.Id}";
            var auroc = answer.LatestModel?.Metrics?.ImageAuroc;
            return
            [
                new(SharedTexts.NormalShots, $"{answer.Shots}", answer.Shots >= TrainingRecipe.MinShots,
                    ProjectsTexts.Upload2To8NormalShots, ProjectsTexts.PicturesOfGoodPartsFromTheCamera, ProjectsTexts.UploadImages, $"{home}/images"),
                new(SharedTexts.TestImages, $"{answer.TestImages}", answer.TestImages > 0,
                    ProjectsTexts.AddTestImages, ProjectsTexts.TheModelScoresThemRightAfterTraining, ProjectsTexts.UploadImages, $"{home}/images"),
                new(SharedTexts.Train, answer.LatestModel is { } m ? ProjectsTexts.ModelV.With(m.Version) : "", answer.LatestModel is not null,
                    ProjectsTexts.TrainTheFirstModel, ProjectsTexts.AQuickRunTakesAFewMinutes, SharedTexts.Train, $"{home}/train"),
                new(ProjectsTexts.LookAtTheResults, auroc is { } value ? ProjectsTexts.AUROC.With(value) : "", false,
                    ProjectsTexts.LookAtTheResults, ProjectsTexts.TestImagesOrderedByScoreWithA, ProjectsTexts.OpenResults, $"{home}/results"),
            ];
        }
    }

    protected override async Task LoadAsync(CancellationToken ct)
    {
        if (!Guid.TryParse(IdText, out var guid))
        {
            Failure = new Domain.Projects.ProjectNotFound();
            return;
        }

        var id = new ProjectId(guid);
        var got = await Get.HandleAsync(Actor, id, ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        answer = got.Value;
        runs = await Runs.HandleAsync(Actor, id, take: 5, ct);
        var moved = await Drift.HandleAsync(Actor, id, ct);
        drift = moved.Succeeded ? moved.Value : null;
        var results = await Results.HandleAsync(Actor, new ListResults.Request(id, Take: StripLength), ct);
        (strip, stripModel) = results.Succeeded ? (results.Value.Items, results.Value.Model) : ([], null);
    }

    private sealed record Step(string Text, string State, bool Done, string Headline, string Hint, string Action, string Href);
}
