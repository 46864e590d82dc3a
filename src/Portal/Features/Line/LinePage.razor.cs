using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace FewShotAD.Portal.Features.Line;

/// <summary>
/// Where the line of a model lies, what another one would change, and moving it. Handles, counts and curves live in the browser, which has
/// the scores; what comes here is a line that has come to rest, to list the images that it changes.
/// </summary>
public sealed partial class LinePage
{
    private GetLine.Answer? answer;
    private IReadOnlyList<TrainedModel> models = [];
    private IReadOnlyList<LineView> versions = [];
    private ElementReference host;
    private IJSObjectReference? module;
    private IJSObjectReference? view;
    private DotNetObjectReference<LinePage>? self;
    private (ModelId Model, int Reading)? attached;
    private LineThresholds? handles;
    private Result<LinePreview>? preview;
    private string? reason;
    private string? conflict;
    private int reading;
    private int asked;

    [Parameter]
    public string IdText { get; set; } = "";

    [SupplyParameterFromQuery(Name = "model")]
    private string? ModelText { get; set; }

    [Inject]
    private GetLine Get { get; set; } = null!;

    [Inject]
    private ListLineVersions Versions { get; set; } = null!;

    [Inject]
    private PreviewLine Preview { get; set; } = null!;

    [Inject]
    private MoveLine Move { get; set; } = null!;

    [Inject]
    private RestoreLine Restore { get; set; } = null!;

    [Inject]
    private ChangeProject Change { get; set; } = null!;

    [Inject]
    private ListModels Models { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    private string Home => $"/projects/{answer!.Project.Id}";

    private bool MayWrite => Actor.Require(TeamPermissions.Write).Succeeded;

    private TrainedModel Model => answer!.Line!.Model;

    private LineView InForce => answer!.Line!.Line;

    /// <summary>The slider goes to where twice the fitted threshold, and the one in force with room, are on it; the field beside it goes on.</summary>
    private double PixelMost => Model.Fitted.NormalPixel + (2 * (Math.Max(Model.Fitted.PixelThreshold, InForce.Thresholds.Pixel) - Model.Fitted.NormalPixel));

    private double PixelStep => (Model.Fitted.PixelThreshold - Model.Fitted.NormalPixel) / 100;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var project = new ProjectId(Guid.TryParse(IdText, out var guid) ? guid : Guid.Empty);
        ModelId? model = Guid.TryParse(ModelText, out var named) ? new ModelId(named) : null;
        var got = await Get.HandleAsync(Actor, new GetLine.Request(project, model), ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        if (got.Value.Line?.Model.Id != answer?.Line?.Model.Id)
            (handles, preview, conflict, reason) = (null, null, null, null);
        models = await Models.HandleAsync(Actor, project, ct);
        if (got.Value.Line is { } line)
        {
            var list = await Versions.HandleAsync(Actor, new ListLineVersions.Request(line.Model.Id), ct);
            versions = list.Succeeded ? list.Value : [];
        }

        answer = got.Value;
    }

    protected override async Task ScriptAsync(bool firstRender)
    {
        if (answer?.Line is null || attached == (Model.Id, reading))
            return;
        attached = (Model.Id, reading);
        await JsLifetime.DisposeAsync(view);
        module ??= await Js.InvokeAsync<IJSObjectReference>("import", "/js/line.js");
        self ??= DotNetObjectReference.Create(this);
        var told = InForce.Thresholds;
        view = await module.InvokeAsync<IJSObjectReference>("attachLine", host, self, new
        {
            scores = $"/api/v1/models/{Model.Id.Value}/line/scores",
            inForce = Body(told),
            fitted = Body(Model.Fitted.Thresholds()),
            normalPixel = Model.Fitted.NormalPixel,
            writable = MayWrite,
        });
        // Moved while the script was on its way.
        if (InForce.Thresholds != told)
            await FollowAsync(true);
    }

    /// <summary>The handles have come to rest.</summary>
    [JSInvokable]
    public async Task OnMoved(double t1, double t2, double pixel)
    {
        handles = new LineThresholds(t1, t2, pixel);
        await ReadThroughAsync(LookAsync);
        StateHasChanged();
    }

    [JSInvokable]
    public Task OnCosts(double escape, double falseAlarm, double review, double? defectPercent) => TryAsync(
        async () =>
        {
            var saved = await Change.HandleAsync(
                Actor, new ChangeProject.Request(answer!.Project.Id, null, null, null, Costs: new LineCosts(escape, falseAlarm, review, defectPercent)), Closing);
            if (!saved.Succeeded)
                Snackbar.Add(saved.Error.Message, Severity.Error);
        },
        isLost: true);

    private async Task LookAsync()
    {
        if (handles is null || handles == InForce.Thresholds)
        {
            (preview, conflict) = (null, null);
            return;
        }

        var mine = ++asked;
        var seen = await Preview.HandleAsync(Actor, new PreviewLine.Request(Model.Id, handles.T1, handles.T2, handles.Pixel), Closing);
        // Of two that are under way the later one counts.
        if (mine == asked)
            preview = seen;
    }

    private async Task SaveAsync()
    {
        if (IsBusy || handles is not { } to)
            return;
        var saved = await WhileBusyAsync(() => Move.HandleAsync(Actor, new MoveLine.Request(Model.Id, to.T1, to.T2, to.Pixel, reason, InForce.Number), Closing));
        if (saved.Succeeded)
            await ShowSavedAsync(saved.Value);
        else
            await RefusedAsync(saved.Error);
    }

    private async Task GoBackAsync(int version)
    {
        var restored = await WhileBusyAsync(() => Restore.HandleAsync(Actor, new RestoreLine.Request(Model.Id, version, Expected: InForce.Number), Closing));
        if (restored.Succeeded)
            await ShowSavedAsync(restored.Value);
        else
            await RefusedAsync(restored.Error);
    }

    private async Task ShowSavedAsync(LineVersion version)
    {
        (handles, preview, conflict, reason) = (null, null, null, null);
        await ReloadAsync();
        await FollowAsync(true);
        Snackbar.Add(LineTexts.VersionIsInForce.With(version.Number, LineText.Summary(version.Flips.Counts)), Severity.Success);
    }

    /// <summary>Nothing that was set up is lost: the handles stay, and are compared with the line as it is now.</summary>
    private async Task RefusedAsync(Error error)
    {
        if (error.Kind != ErrorKind.Stale)
        {
            Snackbar.Add(error.Message, Severity.Error);
            return;
        }

        await ReloadAsync();
        await FollowAsync(handles is null);
        await LookAsync();
        conflict = error.Message;
        if (preview is null)
            Snackbar.Add(error.Message, Severity.Warning);
    }

    private async Task FollowAsync(bool handlesToo)
    {
        if (view is not null && answer?.Line is not null)
            await view.InvokeVoidAsync("setInForce", Body(InForce.Thresholds), handlesToo);
    }

    private async Task AgainAsync()
    {
        reading++;
        (handles, preview, conflict) = (null, null, null);
        await ReloadAsync();
    }

    private void Choose(ModelId model) => Navigation.NavigateTo($"{Home}/line?model={model}");

    private static object Body(LineThresholds line) => new { t1 = line.T1, t2 = line.T2, pixel = line.Pixel };

    private static string Invariant(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static Dictionary<string, object?> Test(string name) => new() { ["data-test"] = name };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await JsLifetime.DisposeAsync(view, module);
        self?.Dispose();
    }
}
