using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Projects;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Training;

/// <summary>Chooses a recipe and queues a run.</summary>
public sealed partial class TrainPage
{
    private GetProject.Answer? answer;
    private RecipeForm recipe = RecipeForm.Of(TrainingRecipe.For(TrainingPreset.Quick));
    private MethodChoice method = MethodChoice.Of(DetectionMethod.RegAd);
    private TrainingPreset preset = TrainingPreset.Quick;
    private bool adversarial = true;
    private int shots = 4;
    private int seed = 1;
    private int others;
    private int waiting;
    private string? error;
    private bool busy;

    [Parameter]
    public string IdText { get; set; } = "";

    [Inject]
    private GetProject Get { get; set; } = null!;

    [Inject]
    private ListProjects Projects { get; set; } = null!;

    [Inject]
    private ListRuns Runs { get; set; } = null!;

    [Inject]
    private StartRun Start { get; set; } = null!;

    [Inject]
    private BackboneFiles Files { get; set; } = null!;

    private BackboneFiles.State backbone = BackboneFiles.State.There;

    private string ShotsHint =>
        answer!.Shots > shots ? $"Drawn by the seed from {answer.Shots}" : "All normal shots of the project";

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var id = new ProjectId(Guid.TryParse(IdText, out var guid) ? guid : Guid.Empty);
        var got = await Get.HandleAsync(Actor, id, ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        answer = got.Value;
        shots = Math.Clamp(Math.Min(shots, answer.Shots), TrainingRecipe.MinShots, TrainingRecipe.MaxShots);
        others = (await Projects.HandleAsync(Actor, archived: false, ct)).Count(p => p.Id != id && p.Shots >= 2);
        waiting = (await Runs.HandleAsync(Actor, project: null, take: 200, ct)).Count(r => r.Status is RunStatus.Queued or RunStatus.Running);
        backbone = Files.Look();
    }

    private static Dictionary<string, object?> Test(string name) => new() { ["data-test"] = name };

    private string LengthHint => (method.Method, preset) switch
    {
        (_, TrainingPreset.Quick) => "Minutes on two processor cores.",
        (DetectionMethod.UniAd, _) => "2,000 steps: for a GPU, or an hour on two processor cores.",
        _ => "The published schedule of 50 epochs: for a GPU, or a night.",
    };

    private void UseMethod(MethodChoice value)
    {
        method = value;
        UsePreset(preset);
    }

    private void UsePreset(TrainingPreset value)
    {
        preset = value;
        recipe = RecipeForm.Of(TrainingRecipe.For(value, method.Method));
    }

    private async Task StartAsync()
    {
        // A second click while the first is on its way must not queue a second run.
        if (busy)
            return;
        busy = true;
        var started = await Start.HandleAsync(
            Actor, new StartRun.Request(answer!.Project.Id, recipe.ToRecipe(method.Method, preset, shots, seed, adversarial)), Closing);
        busy = false;
        if (started.Succeeded)
            Navigation.NavigateTo($"/projects/{answer.Project.Id}/runs/{started.Value}");
        else
            error = started.Error.Message;
    }
}
