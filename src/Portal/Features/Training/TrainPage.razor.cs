using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Training;

/// <summary>Chooses a recipe and queues a run.</summary>
public sealed partial class TrainPage
{
    private GetProject.Answer? answer;
    private RecipeForm recipe = RecipeForm.Of(TrainingRecipe.For(TrainingPreset.Quick));
    private MethodChoice method = MethodChoice.Of(DetectionMethod.RegAd);
    private BackboneChoice backbone = BackboneChoice.Find(BackboneChoice.Default)!;
    private Dictionary<string, BackboneFiles.State> states = [];
    private string? note;
    private TrainingPreset preset = TrainingPreset.Quick;
    private bool adversarial = true;
    private int shots = 4;
    private int seed = 1;
    private int others;
    private PlanRun.Answer? plan;
    private RunPriority priority = RunPriority.Normal;
    private Error? error;

    [Parameter]
    public string IdText { get; set; } = "";

    [Inject]
    private GetProject Get { get; set; } = null!;

    [Inject]
    private ListProjects Projects { get; set; } = null!;

    [Inject]
    private PlanRun Plan { get; set; } = null!;

    [Inject]
    private RunQueueView Queue { get; set; } = null!;

    [Inject]
    private StartRun Start { get; set; } = null!;

    [Inject]
    private BackboneFiles Backbones { get; set; } = null!;

    /// <summary>Of the backbone that is chosen.</summary>
    private BackboneFiles.State Files => states[backbone.Name];

    private string ShotsHint =>
        answer!.Shots > shots ? TrainingTexts.DrawnByTheSeedFrom.With(answer.Shots) : TrainingTexts.AllNormalShotsOfTheProject;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var id = new ProjectId(Guid.TryParse(IdText, out var guid) ? guid : Guid.Empty);
        var got = await Get.HandleAsync(Actor, id, ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        // Ahead of the answer, with which the form appears.
        states = BackboneChoice.All.ToDictionary(choice => choice.Name, Backbones.Look);
        answer = got.Value;
        shots = Math.Clamp(Math.Min(shots, answer.Shots), TrainingRecipe.MinShots, TrainingRecipe.MaxShots);
        others = (await Projects.HandleAsync(Actor, archived: false, ct)).Count(p => p.Id != id && p.Shots >= 2);
        await LoadRegistrationsAsync(ct);
        await PlanAsync(ct);
    }

    private static Dictionary<string, object?> Test(string name) => new() { ["data-test"] = name };

    private string LengthHint => (method.Method, preset) switch
    {
        (_, TrainingPreset.Quick) => TrainingTexts.MinutesOnTwoProcessorCores,
        (DetectionMethod.UniAd, _) => TrainingTexts.N2000StepsForAGPUOr,
        _ => TrainingTexts.ThePublishedScheduleOf50EpochsFor,
    };

    private TrainingRecipe Recipe => registration?.RecipeFor(shots, seed).Value ?? recipe.ToRecipe(method.Method, backbone, preset, shots, seed, adversarial);

    private async Task PlanAsync(CancellationToken ct)
    {
        var planned = await Plan.HandleAsync(Actor, new(answer!.Project.Id, Recipe, priority), ct);
        plan = planned.Succeeded ? planned.Value : null;
    }

    private Task UsePriorityAsync(RunPriority value)
    {
        priority = value;
        return PlanAsync(Closing);
    }

    private Task UseMethod(MethodChoice value)
    {
        method = value;
        note = null;
        if (registration is not null)
            (registration, priority) = (null, RunPriority.Normal);
        if (!backbone.Methods.Contains(value.Method))
        {
            var refused = backbone;
            backbone = BackboneChoice.Find(BackboneChoice.Default)!;
            note = TrainingTexts.CannotUseIsChosenInstead.With(value.Title, refused.Title, backbone.Title);
        }

        return UsePreset(preset);
    }

    private Task UseBackbone(BackboneChoice value)
    {
        (backbone, note) = (value, null);
        return PlanAsync(Closing);
    }

    private Task UsePreset(TrainingPreset value)
    {
        preset = value;
        recipe = RecipeForm.Of(TrainingRecipe.For(value, method.Method));
        return PlanAsync(Closing);
    }

    private async Task StartAsync(bool again = false)
    {
        // A second click while the first is on its way must not queue a second run.
        if (IsBusy)
            return;
        var (project, request) = (answer!.Project.Id, new StartRun.Request(answer.Project.Id, Recipe, Priority: priority, Again: again, Registration: registration?.Id));
        var started = await WhileBusyAsync(() => Start.HandleAsync(Actor, request, Closing));
        if (started.Succeeded)
            Navigation.NavigateTo($"/projects/{project}/runs/{started.Value}");
        else
            error = started.Error;
    }
}
