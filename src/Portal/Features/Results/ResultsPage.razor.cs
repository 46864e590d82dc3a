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

/// <summary>Scored test images as a grid. Filters, order and model stand in the address; how heatmaps look is the person's own.</summary>
public sealed partial class ResultsPage
{
    private static (ResultOrder, string)[] Orders =>
    [
        (ResultOrder.ScoreDescending, ResultsTexts.HighestScoreFirst), (ResultOrder.ScoreAscending, ResultsTexts.LowestScoreFirst), (ResultOrder.Nearest, ResultsTexts.NearestToT2First),
        (ResultOrder.Name, SharedTexts.Name), (ResultOrder.Newest, ResultsTexts.NewestFirst), (ResultOrder.Oldest, ResultsTexts.OldestFirst),
    ];

    private GetProject.Answer? project;
    private ListResults.Answer? answer;
    private KnownList known = new(0);
    private CountResults.Answer? counts;
    private IReadOnlyList<TrainedModel> models = [];
    private ResultQuery query = ResultQuery.Everything;
    private HeatmapLook look = HeatmapLook.Default;
    private TileGrid<ListResults.Item>? grid;
    private ElementReference gridHost;
    private ElementReference legend;
    private IJSObjectReference? module;
    private IJSObjectReference? lookModule;
    private IJSObjectReference? overlay;
    private ModelId? overlayOf;
    private bool panelOpen;
    private bool begun;

    [Parameter]
    public string IdText { get; set; } = "";

    [Inject]
    private GetProject Get { get; set; } = null!;

    [Inject]
    private ListResults List { get; set; } = null!;

    [Inject]
    private CountResults Count { get; set; } = null!;

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
        query = ReadQuery();
        var id = new ProjectId(Guid.TryParse(IdText, out var guid) ? guid : Guid.Empty);
        var got = await Get.HandleAsync(Actor, id, ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        var results = await List.HandleAsync(Actor, query.ToRequest(id, query.Model) with { Take = 1 }, ct);
        if (!results.Succeeded)
        {
            Failure = results.Error;
            return;
        }

        if (results.Value.Model?.Id != answer?.Model?.Id)
            counts = null;
        (project, answer, known) = (got.Value, results.Value, new KnownList(results.Value.Total));
        models = await Models.HandleAsync(Actor, id, ct);
        if (grid is not null)
            await grid.RefreshAsync();
        await CountAsync(ct);
    }

    /// <summary>The numbers beside the filters come after the list.</summary>
    private async Task CountAsync(CancellationToken ct)
    {
        if (answer?.Model is not { } model)
            return;
        StateHasChanged();
        var counted = await Count.HandleAsync(Actor, new(project!.Project.Id, model.Id), ct);
        counts = counted.Succeeded ? counted.Value : null;
    }

    protected override async Task ScriptAsync(bool firstRender)
    {
        if (answer?.Model is not { } model)
            return;
        if (!begun)
        {
            begun = true;
            lookModule = await Js.InvokeAsync<IJSObjectReference>("import", Closing, "/js/look.js");
            await ShowLookAsync(await lookModule.InvokeAsync<HeatmapLook>("readLook", Closing));
            StateHasChanged();
        }

        // The grid's element comes and goes with the model shown and with an empty filter.
        if (answer.Total == 0)
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
        overlay = await module.InvokeAsync<IJSObjectReference>("attachGrid", gridHost, Scale(model.Calibration));
        await ShowLookAsync(look);
    }

    private async Task PublishAsync(ModelId model, bool published)
    {
        var done = published
            ? await Publish.HandleAsync(Actor, new PublishModel.Request(model), Closing)
            : await Unpublish.HandleAsync(Actor, new UnpublishModel.Request(model), Closing);
        if (!done.Succeeded)
            Snackbar.Add(done.Error.Message, Severity.Error);
        // The model shown stays, whichever is the default now.
        if (query.Model == model)
            await ReloadAsync();
        else
            Navigation.NavigateTo($"/projects/{project!.Project.Id}/results{query with { Model = model }}", replace: true);
    }

    private static object Scale(Calibration line) => new { low = line.ScaleLow, high = line.ScaleHigh, threshold = line.PixelThreshold };

    private async Task SetLookAsync(HeatmapLook next)
    {
        await ShowLookAsync(next);
        if (lookModule is not null)
            await lookModule.InvokeVoidAsync("saveLook", next);
    }

    private async Task ShowLookAsync(HeatmapLook next)
    {
        look = next;
        if (overlay is not null)
            await overlay.InvokeVoidAsync("set", look.Drawn());
        if (answer?.Model is not { Calibration: var line })
            return;
        module ??= await Js.InvokeAsync<IJSObjectReference>("import", "/js/stage.js");
        await module.InvokeVoidAsync("renderLegend", legend, new { low = line.ScaleLow, high = line.ScaleHigh, threshold = line.PixelThreshold, colourMap = look.ColourMap });
    }

    /// <summary>While it scrolls, the length of the list is known: only the rows in sight are read.</summary>
    private async Task<TileGrid<ListResults.Item>.Page> ProvideAsync(int skip, int take, CancellationToken ct)
    {
        var model = answer!.Model!;
        var request = query.ToRequest(project!.Project.Id, model.Id) with { Skip = skip, Take = take };
        return new(await List.WindowAsync(Actor, request, model, known, ct), known.Length);
    }

    private string Href(ListResults.Item item) => $"/projects/{project!.Project.Id}/results/{item.Id}{query}";

    /// <summary>What the page shows as CSV; it is made in the background and fetched from the page of exports.</summary>
    private async Task ExportAsync()
    {
        var request = new StartExport.Request(project!.Project.Id, ExportFormat.Csv, answer!.Model!.Id, query.Verdict, query.Label, Filter: query.ToExport());
        var started = await WhileBusyAsync(() => Export.HandleAsync(Actor, request, Closing));
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
        await JsLifetime.DisposeAsync(null, lookModule);
    }
}
