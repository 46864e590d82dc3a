using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Schedules;
using FewShotAD.Portal.Features.Training;
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
                new("Normal shots", $"{answer.Shots}", answer.Shots >= TrainingRecipe.MinShots,
                    "Upload 2 to 8 normal shots", "Pictures of good parts, from the camera and in the position that you will inspect with.", "Upload images", $"{home}/images"),
                new("Test images", $"{answer.TestImages}", answer.TestImages > 0,
                    "Add test images", "The model scores them right after training. Good and defective ones with their labels also tell you how well it works.", "Upload images", $"{home}/images"),
                new("Train", answer.LatestModel is { } m ? $"model v{m.Version}" : "", answer.LatestModel is not null,
                    "Train the first model", "A quick run takes a few minutes on a processor.", "Train", $"{home}/train"),
                new("Look at the results", auroc is { } value ? value.ToString("AUROC 0.000", CultureInfo.InvariantCulture) : "", false,
                    "Look at the results", "Test images ordered by score, with a heatmap that shows what made the score.", "Open results", $"{home}/results"),
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
