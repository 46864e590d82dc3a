using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Imaging;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace FewShotAD.Portal.Features.Scoring;

/// <summary>One picture, scored at once and not stored: the browser sends it by REST and draws the answer, the page says it in words.</summary>
public sealed partial class TryPage
{
    private GetProject.Answer? project;
    private TrainedModel? model;
    private Error? refused;
    private ElementReference region;
    private ElementReference stageHost;
    private ElementReference legend;
    private IJSObjectReference? stageModule;
    private IJSObjectReference? module;
    private IJSObjectReference? stage;
    private IJSObjectReference? trial;
    private DotNetObjectReference<TryPage>? self;
    private Scored? answer;
    private string? problem;
    private string name = "";
    private ModelId? trialOf;
    private int opacity = 60;
    private bool busy;
    private bool ready;

    /// <summary>What the browser was answered.</summary>
    public sealed record Scored(double Score, int Width, int Height, double Seconds);

    [Parameter]
    public string IdText { get; set; } = "";

    [Inject]
    private GetProject Get { get; set; } = null!;

    [Inject]
    private GetScoringModel Model { get; set; } = null!;

    [Inject]
    private WarmModel Warm { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private AntiforgeryStateProvider Antiforgery { get; set; } = null!;

    [JSInvokable]
    public void OnSending(string picture)
    {
        (name, busy, problem, answer) = (picture, true, null, null);
        StateHasChanged();
    }

    [JSInvokable]
    public void OnScored(Scored scored)
    {
        (busy, answer) = (false, scored);
        StateHasChanged();
    }

    [JSInvokable]
    public void OnRefused(string message)
    {
        (busy, problem) = (false, message);
        StateHasChanged();
    }

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var id = new ProjectId(Guid.TryParse(IdText, out var guid) ? guid : Guid.Empty);
        var got = await Get.HandleAsync(Actor, id, ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        (project, answer, problem, busy) = (got.Value, null, null, false);
        var found = await Model.HandleAsync(Actor, id, ct);
        model = found.Succeeded ? found.Value : null;
        var allowed = Actor.Require(TeamPermissions.Score);
        refused = allowed.Error;
    }

    protected override async Task ScriptAsync(bool firstRender)
    {
        if (model is null || refused is not null || trialOf == model.Id)
            return;
        // The page stays when its address changes to another project's: what was made for the other model goes.
        trialOf = model.Id;
        await JsLifetime.DisposeAsync(trial, module);
        await JsLifetime.DisposeAsync(stage, stageModule);
        self ??= DotNetObjectReference.Create(this);
        stageModule = await Js.InvokeAsync<IJSObjectReference>("import", "/js/stage.js");
        module = await Js.InvokeAsync<IJSObjectReference>("import", "/js/try-picture.js");
        stage = await stageModule.InvokeAsync<IJSObjectReference>("createStage", stageHost);
        trial = await module.InvokeAsync<IJSObjectReference>("createTrial", region, stage, new
        {
            url = $"{RestGroup.Root}/models/{model.Id.Value}:score",
            tokenHeader = RestGuards.TokenHeader,
            token = Antiforgery.GetAntiforgeryToken()?.Value,
            maxBytes = DecodeLimits.DefaultMaxBytes,
            accept = ".png,.jpg,.jpeg,.bmp,.tif,.tiff,.webp",
        }, self);
        await stageModule.InvokeVoidAsync("renderLegend", legend, new
        {
            low = model.Calibration.ScaleLow, high = model.Calibration.ScaleHigh, threshold = model.Calibration.PixelThreshold, colourMap = "turbo",
        });
        // The button waits for the module: a click before it would be lost.
        ready = true;
        StateHasChanged();
        await ReadThroughAsync(() => WarmAsync(model.Id));
    }

    /// <summary>While the person looks for a picture. If it fails, the picture's own answer says why.</summary>
    private async Task WarmAsync(ModelId id)
    {
        try
        {
            await Warm.HandleAsync(Actor, id, Closing);
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    private async Task SetOpacityAsync(ChangeEventArgs change)
    {
        opacity = int.Parse((string)change.Value!, CultureInfo.InvariantCulture);
        if (stage is not null)
            await stage.InvokeVoidAsync("set", new { opacity = opacity / 100.0 });
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await JsLifetime.DisposeAsync(trial, module);
        await JsLifetime.DisposeAsync(stage, stageModule);
        self?.Dispose();
    }
}
