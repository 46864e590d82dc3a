using System.Globalization;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Projects;

public partial class ProjectsPage
{
    private IReadOnlyList<ListProjects.Card>? cards;
    private bool archived;
    private SampleProjects.Progress sampling = new(0, 1);

    [SupplyParameterFromQuery(Name = "archived")]
    private bool Archived { get; set; }

    [Inject]
    private ListProjects List { get; set; } = null!;

    [Inject]
    private SampleProjects Samples { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        archived = Archived;
        cards = await List.HandleAsync(Actor, archived, ct);
    }

    private static string Summary(ListProjects.Card card)
    {
        var shots = Plural.Of(card.Shots, ProjectsTexts.NormalShot, ProjectsTexts.NormalShots);
        var test = Plural.Of(card.TestImages, ProjectsTexts.TestImage, ProjectsTexts.TestImages);
        var model = card.ModelVersion is { } version ? ProjectsTexts.ModelV.With(version) : ProjectsTexts.NoModelYet;
        var auroc = card.ImageAuroc is { } value ? ProjectsTexts.AUROCNamed.With(value) : "";
        return $"{shots} · {test} · {model}{auroc}";
    }

    private async Task CreateAsync()
    {
        var dialog = await Dialogs.ShowAsync<NewProjectDialog>(ProjectsTexts.NewProject);
        if (await dialog.Result is { Canceled: false, Data: Domain.Common.ProjectId id })
            Navigation.NavigateTo($"/projects/{id}/images");
    }

    private async Task CreateSampleAsync()
    {
        sampling = new(0, 1);
        // Drawing runs beside the circuit, so that the page stays alive and shows how far it is.
        var progress = new Progress<SampleProjects.Progress>(step =>
        {
            sampling = step;
            StateHasChanged();
        });
        var created = await WhileBusyAsync(() => Samples.HandleAsync(Actor, progress, Closing));
        if (!created.Succeeded)
            Snackbar.Add(created.Error.Message, Severity.Error);
        await ReloadAsync();
    }
}
