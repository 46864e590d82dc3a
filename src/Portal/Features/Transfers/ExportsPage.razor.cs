using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using FewShotAD.Imaging;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using MudBlazor;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>Exports and imports of a project. A zip goes by HTTP; the browser's module owns it.</summary>
public sealed partial class ExportsPage
{
    private GetProject.Answer? project;
    private IReadOnlyList<TrainedModel> models = [];
    private ExportFormat format = ExportFormat.Mvtec;
    private string modelText = "";
    private string verdictText = "";
    private bool maps = true;
    private bool mayWrite;

    [Parameter]
    public string IdText { get; set; } = "";

    [Inject]
    private GetProject Get { get; set; } = null!;

    [Inject]
    private ListModels Models { get; set; } = null!;

    [Inject]
    private StartExport Start { get; set; } = null!;

    private string Hint => format switch
    {
        ExportFormat.Csv => TransfersTexts.ARowPerScoredImageForExcel,
        ExportFormat.JsonLines => TransfersTexts.AnObjectPerScoredImageAndLine,
        ExportFormat.Coco => TransfersTexts.MasksAsPolygonsARegionEachFile,
        ExportFormat.Mvtec => TransfersTexts.OriginalsByteForByteWithTheirMasks,
        _ => TransfersTexts.ImagesMasksModelsAndResultsToBe,
    };

    protected override string Arrived => TransfersTexts.TheZipHasArrivedItsImagesAre;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var id = new ProjectId(Guid.TryParse(IdText, out var guid) ? guid : Guid.Empty);
        var got = await Get.HandleAsync(Actor, id, ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        var first = project is null;
        models = await Models.HandleAsync(Actor, id, ct);
        Transfers = await List.HandleAsync(Actor, new ListTransfers.Request(id), ct);
        mayWrite = Actor.Require(TeamPermissions.Write).Succeeded;
        project = got.Value;
        if (first && models.Count > 0)
            (format, modelText) = (ExportFormat.Csv, models[0].Id.ToString());
        Follow();
    }

    protected override Task ScriptAsync(bool firstRender) => project is null || !mayWrite
        ? Task.CompletedTask
        : OpenDropAsync(
            $"/api/v1/projects/{project.Project.Id.Value}:import",
            TransfersTexts.DropAZipOrAFolderTo,
            new { url = $"/api/v1/projects/{project.Project.Id}/images", maxBytes = DecodeLimits.Default.MaxBytes, accept = ".png,.jpg,.jpeg,.bmp,.tif,.tiff,.webp" });

    private async Task StartAsync()
    {
        var model = Guid.TryParse(modelText, out var id) ? new ModelId(id) : (ModelId?)null;
        var verdict = Enum.TryParse<Verdict>(verdictText, out var chosen) ? chosen : (Verdict?)null;
        var started = await Start.HandleAsync(Actor, new StartExport.Request(project!.Project.Id, format, model, verdict, Label: null, maps), Closing);
        if (!started.Succeeded)
            Snackbar.Add(started.Error.Message, Severity.Error);
        await ReloadAsync();
    }
}
