using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Transfers;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Transfers;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace FewShotAD.Portal.Features.Results;

/// <summary>Scored test images as a grid. Filter, order and model stand in the address.</summary>
public sealed partial class ResultsPage
{
    private GetProject.Answer? project;
    private ListResults.Answer? answer;
    private IReadOnlyList<TrainedModel> models = [];
    private ResultQuery query = new(null, null, ResultOrder.ScoreDescending);
    private TileGrid<ListResults.Item>? grid;
    private ElementReference gridHost;
    private IJSObjectReference? module;
    private IJSObjectReference? overlay;
    private ModelId? overlayOf;
    private int opacity = 60;
    private bool exporting;

    [Parameter]
    public string IdText { get; set; } = "";

    [SupplyParameterFromQuery(Name = "model")]
    private string? ModelText { get; set; }

    [SupplyParameterFromQuery(Name = "verdict")]
    private string? VerdictText { get; set; }

    [SupplyParameterFromQuery(Name = "type")]
    private string? TypeText { get; set; }

    [SupplyParameterFromQuery(Name = "order")]
    private string? OrderText { get; set; }

    [Inject]
    private GetProject Get { get; set; } = null!;

    [Inject]
    private ListResults List { get; set; } = null!;

    [Inject]
    private ListModels Models { get; set; } = null!;

    [Inject]
    private StartExport Export { get; set; } = null!;

    [Inject]
    private PublishModel Publish { get; set; } = null!;

    [Inject]
    private UnpublishModel Unpublish { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        query = ResultQuery.Parse(ModelText, VerdictText, OrderText, TypeText);
        var id = new ProjectId(Guid.TryParse(IdText, out var guid) ? guid : Guid.Empty);
        var got = await Get.HandleAsync(Actor, id, ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        var results = await List.HandleAsync(Actor, Request(id, 0, 1), ct);
        if (!results.Succeeded)
        {
            Failure = results.Error;
            return;
        }

        (project, answer) = (got.Value, results.Value);
        models = await Models.HandleAsync(Actor, id, ct);
        if (grid is not null)
            await grid.RefreshAsync();
    }

    protected override async Task ScriptAsync(bool firstRender)
    {
        // The grid's element comes and goes with the model shown and with an empty filter.
        if (answer is not { Model: { } model, Total: > 0 })
        {
            await JsLifetime.DisposeAsync(overlay);
            (overlay, overlayOf) = (null, null);
            return;
        }

        if (overlayOf == model.Id)
            return;
        overlayOf = model.Id;
        await JsLifetime.DisposeAsync(overlay);
        module ??= await Js.InvokeAsync<IJSObjectReference>("import", "/js/stage.js");
        overlay = await module.InvokeAsync<IJSObjectReference>("attachGrid", gridHost, Look(model.Calibration));
    }

    private async Task PublishAsync(ModelId model, bool published)
    {
        var done = published
            ? await Publish.HandleAsync(Actor, new PublishModel.Request(model), Closing)
            : await Unpublish.HandleAsync(Actor, new UnpublishModel.Request(model), Closing);
        if (!done.Succeeded)
            Snackbar.Add(done.Error.Message, Severity.Error);
        // The model shown stays, whichever is the default now.
        query = query with { Model = model };
        ModelText = model.ToString();
        await ReloadAsync();
    }

    private object Look(Calibration calibration) => new
    {
        low = calibration.ScaleLow,
        high = calibration.ScaleHigh,
        threshold = calibration.PixelThreshold,
        opacity = opacity / 100.0,
        heatmap = opacity > 0,
    };

    private async Task SetOpacityAsync(ChangeEventArgs change)
    {
        opacity = int.Parse((string)change.Value!, CultureInfo.InvariantCulture);
        if (overlay is not null)
            await overlay.InvokeVoidAsync("set", new { opacity = opacity / 100.0, heatmap = opacity > 0 });
    }

    private ListResults.Request Request(ProjectId id, int skip, int take) =>
        new(id, query.Model, query.Verdict, Label: null, query.Order, skip, take, DefectType: query.Type);

    private async Task<TileGrid<ListResults.Item>.Page> ProvideAsync(int skip, int take, CancellationToken ct)
    {
        var page = await List.HandleAsync(Actor, Request(project!.Project.Id, skip, take), ct);
        return page.Succeeded ? new(page.Value.Items, page.Value.Total) : new([], 0);
    }

    private string Href(ListResults.Item item) => $"/projects/{project!.Project.Id}/results/{item.Id}{query}";

    /// <summary>What the page shows as CSV; it is made in the background and fetched from the page of exports.</summary>
    private async Task ExportAsync()
    {
        exporting = true;
        var request = new StartExport.Request(project!.Project.Id, ExportFormat.Csv, answer!.Model!.Id, query.Verdict);
        var started = await Export.HandleAsync(Actor, request, Closing);
        exporting = false;
        if (started.Succeeded)
            Navigation.NavigateTo($"/projects/{project.Project.Id}/exports");
        else
            Snackbar.Add(started.Error.Message, Severity.Error);
    }

    private void Go(ModelId model) => Go(query with { Model = model });

    private void Go(Verdict? verdict) => Go(query with { Verdict = verdict });

    private void Go(ResultOrder order) => Go(query with { Order = order });

    private void GoToAllTypes() => Go(query with { Type = null });

    private void Go(ResultQuery next) => Navigation.NavigateTo($"/projects/{project!.Project.Id}/results{next}");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await JsLifetime.DisposeAsync(overlay, module);
    }
}
