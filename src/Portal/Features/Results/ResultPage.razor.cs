using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;
using MudBlazor;

namespace FewShotAD.Portal.Features.Results;

/// <summary>One image on the stage, the whole list in the film strip. Drawing, zoom, colours and the shot beside it happen in the browser.</summary>
public sealed partial class ResultPage
{
    /// <summary>Height of a row of the strip with its gap, in CSS pixels, as in <c>pages.css</c>.</summary>
    private const float FilmRow = 132;

    private static readonly Dictionary<string, string> Keys = new()
    {
        ["ArrowRight"] = "Next", ["f"] = "Next", ["ArrowLeft"] = "Previous", ["d"] = "Previous",
        ["h"] = "Peek", ["m"] = "Contour", ["s"] = "Beside", [","] = "Fainter", ["."] = "Stronger",
        ["z"] = "Fit", ["+"] = "ZoomIn", ["-"] = "ZoomOut", ["?"] = "Keys",
    };

    private static readonly string[] HeldKeys = ["Peek"];
    private static readonly string[] RepeatedKeys = ["Next", "Previous"];

    /// <summary>Where keys and buttons went, while the page has not caught up yet.</summary>
    private readonly HashSet<ResultId> steps = [];

    private GetReviewCase.Answer? answer;
    private string projectName = "";
    private ResultStrip? strip;
    private Virtualize<ListResults.Item>? film;
    private int index;
    private ResultQuery query = ResultQuery.Everything;
    private HeatmapLook look = HeatmapLook.Default;
    private bool mask;
    private IReadOnlyList<GetSupportShots.Shot> shots = [];
    private int? shot;
    private bool panelOpen;
    private ElementReference filmHost;
    private ElementReference stageHost;
    private ElementReference besideHost;
    private ElementReference besideCaption;
    private ElementReference legend;
    private DotNetObjectReference<ResultPage>? self;
    private IJSObjectReference? module;
    private IJSObjectReference? keysModule;
    private IJSObjectReference? lookModule;
    private IJSObjectReference? besideModule;
    private IJSObjectReference? filmModule;
    private IJSObjectReference? stage;
    private IJSObjectReference? beside;
    private IJSObjectReference? keys;
    private ResultId? shown;
    private ResultId? onStage;
    private ResultId? ahead;

    [Parameter]
    public string IdText { get; set; } = "";

    [Parameter]
    public string ResultText { get; set; } = "";

    [Inject]
    private GetReviewCase Get { get; set; } = null!;

    [Inject]
    private GetResult One { get; set; } = null!;

    [Inject]
    private GetSupportShots Shots { get; set; } = null!;

    [Inject]
    private ListResults List { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    private string LabelText => answer!.Image.Label switch
    {
        ImageLabel.Normal => SharedTexts.Good,
        ImageLabel.Defective => answer.Image.DefectType ?? SharedTexts.Defective,
        _ => SharedTexts.Unknown,
    };

    [JSInvokable]
    public async Task OnKey(string name, bool isDown)
    {
        if (!isDown)
            return;
        await TryAsync(() => name switch
        {
            "Next" => StepAsync(1),
            "Previous" => StepAsync(-1),
            "Contour" => SetLookAsync(look with { Contour = !look.Contour }),
            "Beside" => SetLookAsync(look with { Beside = !look.Beside }),
            "Fainter" => SetLookAsync(look with { Opacity = Math.Max(0, look.Opacity - 10) }),
            "Stronger" => SetLookAsync(look with { Opacity = Math.Min(100, look.Opacity + 10) }),
            "Keys" => ShowKeysAsync(),
            _ => Task.CompletedTask,
        });
        StateHasChanged();
    }

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var (asked, wanted) = (ReadQuery(), new ResultId(Guid.TryParse(ResultText, out var id) ? id : Guid.Empty));
        // Somebody who came by a link goes on from there, whatever was stepped through before.
        if (!steps.Remove(wanted))
            ahead = null;
        var got = await Get.HandleAsync(Actor, wanted, ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        // The address names the project as well: a result of another one is not there.
        var next = got.Value;
        if (!Guid.TryParse(IdText, out var project) || next.Result.ProjectId.Value != project)
        {
            Failure = new Domain.Models.ResultNotFound();
            return;
        }

        if (answer?.Model.Id != next.Model.Id)
        {
            (shots, shot) = (await Shots.HandleAsync(Actor, next.Model.Id, ct), null);
            projectName = (await One.HandleAsync(Actor, next.Result.Id, ct)).Value.ProjectName;
        }

        if (strip is null || asked != query || answer?.Model.Id != next.Model.Id)
            strip = await ResultStrip.OpenAsync(List, Actor, asked.ToRequest(next.Result.ProjectId, next.Model.Id), next.Model, ct);
        var at = await strip.IndexOfAsync(next.Result, next.Image.Name, ct);
        // Who steps faster than images are read is not taken back to one that was passed.
        if (ahead is { } further && further != wanted)
            return;
        ahead = null;
        (query, answer, index) = (asked, next, at);
    }

    protected override async Task ScriptAsync(bool firstRender)
    {
        if (answer is null || strip is null)
            return;
        if (stage is null)
        {
            await BeginAsync();
            // Whoever leaves at once has left before the modules were there, or before the stage stood.
            if (stage is null)
                return;
        }

        if (shown == answer.Result.Id)
            return;
        var isFirst = shown is null;
        shown = answer.Result.Id;
        if (onStage != shown)
            await stage.InvokeVoidAsync("show", Picture(answer.Image.Id, answer.Result.Id, answer.Image.Mask is not null, answer.Image.Name, answer.Result.FullScore is not null));
        onStage = shown;
        await filmModule!.InvokeVoidAsync("bringIntoSight", filmHost, index, FilmRow, isFirst);
        var neighbours = strip.Ahead(index).Select(item => Picture(item.Image, item.Id, item.HasMask, item.Name, item.FullScore is not null));
        await stage.InvokeVoidAsync("prefetch", neighbours);
        await ShowBesideAsync();
    }

    private async Task BeginAsync()
    {
        self = DotNetObjectReference.Create(this);
        module = await Js.InvokeAsync<IJSObjectReference>("import", "/js/stage.js");
        keysModule = await Js.InvokeAsync<IJSObjectReference>("import", "/js/keys.js");
        lookModule = await Js.InvokeAsync<IJSObjectReference>("import", "/js/look.js");
        besideModule = await Js.InvokeAsync<IJSObjectReference>("import", "/js/beside.js");
        filmModule = await Js.InvokeAsync<IJSObjectReference>("import", "/js/film.js");
        if (Closing.IsCancellationRequested)
            return;
        var built = await module.InvokeAsync<IJSObjectReference>("createStage", stageHost);
        if (Closing.IsCancellationRequested)
        {
            await JsLifetime.DisposeAsync(built);
            return;
        }

        stage = built;
        beside = await besideModule.InvokeAsync<IJSObjectReference>(
            "createBeside", stage, besideHost, besideCaption, shots.Select(s => new { id = s.Image.Value, name = s.Name }));
        keys = await keysModule.InvokeAsync<IJSObjectReference>("createKeys", self, Keys, new { hold = HeldKeys, repeat = RepeatedKeys, stage });
        look = await lookModule.InvokeAsync<HeatmapLook>("readLook");
        await ShowLookAsync();
        StateHasChanged();
    }

    private object Picture(ImageId image, ResultId result, bool hasMask, string name, bool isPart) => new
    {
        imageUrl = $"/api/v1/images/{image.Value}/view",
        mapUrl = $"/api/v1/results/{result.Value}/map",
        maskUrl = hasMask ? $"/api/v1/images/{image.Value}/mask" : null,
        ignoreUrl = isPart ? $"/api/v1/images/{image.Value}/ignore.png" : null,
        low = answer!.Model.Calibration.ScaleLow,
        high = answer.Model.Calibration.ScaleHigh,
        threshold = answer.Model.Calibration.PixelThreshold,
        alt = name,
    };

    private async Task StepAsync(int by)
    {
        if (strip is null || await strip.AtAsync(index + by, Closing) is not { } item)
            return;
        // The picture first: the stage has it already, and what stands beside it follows.
        index += by;
        ahead = item.Id;
        steps.Add(item.Id);
        if (stage is not null)
        {
            onStage = item.Id;
            var showing = stage.InvokeVoidAsync("show", Picture(item.Image, item.Id, item.HasMask, item.Name, item.FullScore is not null));
            StateHasChanged();
            await showing;
        }

        Navigation.NavigateTo(Href(item), replace: true);
    }

    private string Href(ListResults.Item item) => $"/projects/{item.Project}/results/{item.Id}{query}";

    private ValueTask<ItemsProviderResult<ListResults.Item>> ProvideAsync(ItemsProviderRequest request) => WindowAsync<ListResults.Item>(
        request,
        async () => new(await strip!.WindowAsync(request.StartIndex, request.Count, request.CancellationToken), strip.Total),
        () => film?.RefreshDataAsync() ?? Task.CompletedTask);

    private async Task SetLookAsync(HeatmapLook next)
    {
        var turned = look.Beside != next.Beside;
        look = next;
        await ShowLookAsync();
        if (lookModule is not null)
            await lookModule.InvokeVoidAsync("saveLook", look);
        if (turned)
            await ShowBesideAsync();
    }

    private Task SetMaskAsync(bool on)
    {
        mask = on;
        return ShowLookAsync();
    }

    private async Task ShowLookAsync()
    {
        if (stage is null || module is null)
            return;
        await stage.InvokeVoidAsync("set", look.Drawn(mask));
        var line = answer!.Model.Calibration;
        await module.InvokeVoidAsync("renderLegend", legend, new { low = line.ScaleLow, high = line.ScaleHigh, threshold = line.PixelThreshold, colourMap = look.ColourMap });
    }

    private async Task ShowBesideAsync()
    {
        if (beside is not null)
            await beside.InvokeVoidAsync("show", look.Beside, answer!.Image.Id.Value, shot);
    }

    /// <summary>Another shot than the nearest one, and round again to it.</summary>
    private Task NextShotAsync()
    {
        shot = shot is null ? 0 : shot + 1 < shots.Count ? shot + 1 : null;
        return ShowBesideAsync();
    }

    private async Task StageAsync(string method, params object[] arguments)
    {
        if (stage is not null)
            await stage.InvokeVoidAsync(method, arguments);
    }

    private Task<IDialogReference> ShowKeysAsync() => Dialogs.ShowAsync<KeysDialog>(ResultsTexts.Keys);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await JsLifetime.DisposeAsync(keys, keysModule);
        await JsLifetime.DisposeAsync(beside, besideModule);
        await JsLifetime.DisposeAsync(stage, module);
        await JsLifetime.DisposeAsync(null, lookModule);
        await JsLifetime.DisposeAsync(null, filmModule);
        self?.Dispose();
    }
}
