using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Projects;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Registrations;

/// <summary>The team's registration models, and the form that trains another.</summary>
public sealed partial class RegistrationsPage
{
    private readonly HashSet<ProjectId> chosen = [];
    private IReadOnlyList<RegistrationState>? models;
    private IReadOnlyList<ListProjects.Card> projects = [];
    private string? name;
    private DetectionMethod method = DetectionMethod.RegAd;
    private TrainingPreset preset = TrainingPreset.Quick;
    private int shots = 4;
    private bool adversarial = true;
    private string? error;

    [Inject]
    private ListRegistrations List { get; set; } = null!;

    [Inject]
    private ListProjects Projects { get; set; } = null!;

    [Inject]
    private TrainRegistration Train { get; set; } = null!;

    private bool MayWrite => Actor.Require(TeamPermissions.Write).Succeeded;

    /// <summary>Those chosen that have as many shots as are asked for now.</summary>
    private List<ProjectId> Chosen => [.. projects.Where(IsChosen).Select(project => project.Id)];

    protected override async Task LoadAsync(CancellationToken ct)
    {
        projects = await Projects.HandleAsync(Actor, archived: false, ct);
        models = await List.HandleAsync(Actor, new(), ct);
    }

    private bool IsChosen(ListProjects.Card project) => project.Shots >= shots && chosen.Contains(project.Id);

    private void Choose(ProjectId project, bool on)
    {
        if (on)
            chosen.Add(project);
        else
            chosen.Remove(project);
    }

    private async Task TrainAsync()
    {
        // A second click while the first is on its way must not train a second model.
        if (IsBusy)
            return;
        var recipe = TrainingRecipe.For(preset, method) with { Shots = shots };
        var made = await WhileBusyAsync(() => Train.HandleAsync(Actor, new(name, Chosen, adversarial ? recipe : recipe with { Adversarial = null }), Closing));
        if (made.Succeeded)
            Navigation.NavigateTo($"/registrations/{made.Value}");
        else
            error = made.Error.Message;
    }
}
