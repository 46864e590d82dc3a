using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace FewShotAD.Portal.Features.Results;

/// <summary>One image on the stage, its neighbours in the film strip. Drawing, zoom and colours happen in the browser.</summary>
public sealed partial class ResultPage
{
    /// <summary>Neighbours in the strip on each side of the image shown.</summary>
    private const int Around = 20;

    /// <summary>What is fetched before it is asked for: the next two and the one before.</summary>
    private static readonly int[] Ahead = [1, -1, 2];

    private static readonly Dictionary<string, string> Keys = new()
    {
        ["ArrowRight"] = "Next", ["f"] = "Next", ["ArrowLeft"] = "Previous", ["d"] = "Previous",
        ["h"] = "Peek", ["m"] = "Contour", [","] = "Fainter", ["."] = "Stronger",
        ["z"] = "Fit", ["+"] = "ZoomIn", ["-"] = "ZoomOut", ["?"] = "Keys",
    };

    private static readonly string[] HeldKeys = ["Peek"];
    private static readonly string[] RepeatedKeys = ["Next", "Previous"];

    private GetResult.Answer? answer;
    private Strip strip = new([], 0);
    private int index;
    private ResultQuery query = new(null, null, ResultOrder.ScoreDescending);
    private Look look = new(60, "turbo", Heatmap: true, Contour: true, Mask: false);
    private ElementReference stageHost;
    private ElementReference legend;
    private DotNetObjectReference<ResultPage>? self;
    private IJSObjectReference? module;
    private IJSObjectReference? keysModule;
    private IJSObjectReference? stage;
    private IJSObjectReference? keys;
    private ResultId? shown;

    [Parameter]
    public string IdText { get; set; } = "";

    [Parameter]
    public string ResultText { get; set; } = "";

    [SupplyParameterFromQuery(Name = "model")]
    private string? ModelText { get; set; }

    [SupplyParameterFromQuery(Name = "verdict")]
    private string? VerdictText { get; set; }

    [SupplyParameterFromQuery(Name = "type")]
    private string? TypeText { get; set; }

    [SupplyParameterFromQuery(Name = "order")]
    private string? OrderText { get; set; }

    [Inject]
    private GetResult Get { get; set; } = null!;

    [Inject]
    private ListResults List { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    private string LabelText => answer!.Image.Label switch
    {
        ImageLabel.Normal => "good",
        ImageLabel.Defective => answer.Image.DefectType ?? "defective",
        _ => "unknown",
    };

    [JSInvokable]
    public async Task OnKey(string name, bool isDown)
    {
        if (!isDown)
            return;
        await (name switch
        {
            "Next" => StepAsync(1),
            "Previous" => StepAsync(-1),
            "Contour" => SetLookAsync(look with { Contour = !look.Contour }),
            "Fainter" => SetLookAsync(look with { Opacity = Math.Max(0, look.Opacity - 10) }),
            "Stronger" => SetLookAsync(look with { Opacity = Math.Min(100, look.Opacity + 10) }),
            "Keys" => ShowKeysAsync(),
            _ => Task.CompletedTask,
        });
        StateHasChanged();
    }

    protected override async Task LoadAsync(CancellationToken ct)
    {
        query = ResultQuery.Parse(ModelText, VerdictText, OrderText, TypeText);
        var got = await Get.HandleAsync(Actor, new ResultId(Guid.TryParse(ResultText, out var id) ? id : Guid.Empty), ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        // The address names the project as well: a result of another one is not there.
        if (!Guid.TryParse(IdText, out var project) || got.Value.Result.ProjectId.Value != project)
        {
            Failure = new Domain.Models.ResultNotFound();
            return;
        }

        answer = got.Value;
        await LoadStripAsync(ct);
    }

    private async Task LoadStripAsync(CancellationToken ct)
    {
        var request = new ListResults.Request(
            answer!.Result.ProjectId, answer.Model.Id, query.Verdict, Label: null, query.Order, DefectType: query.Type);
        index = await List.PositionAsync(Actor, request, answer.Result, answer.Model, answer.Image.Name, ct);
        var skip = Math.Max(0, index - Around);
        var page = await List.HandleAsync(Actor, request with { Skip = skip, Take = (2 * Around) + 1 }, ct);
        strip = page.Succeeded ? new Strip(page.Value.Items, page.Value.Total) { Skip = skip } : new Strip([], 0);
    }

    protected override async Task ScriptAsync(bool firstRender)
    {
        if (answer is null)
            return;
        if (stage is null)
        {
            self = DotNetObjectReference.Create(this);
            module = await Js.InvokeAsync<IJSObjectReference>("import", "/js/stage.js");
            keysModule = await Js.InvokeAsync<IJSObjectReference>("import", "/js/keys.js");
            // Whoever leaves at once has left before the modules were there, or before the stage stood.
            if (Closing.IsCancellationRequested)
                return;
            stage = await module.InvokeAsync<IJSObjectReference>("createStage", stageHost);
            if (Closing.IsCancellationRequested)
            {
                await JsLifetime.DisposeAsync(stage);
                return;
            }

            keys = await keysModule.InvokeAsync<IJSObjectReference>(
                "createKeys", self, Keys, new { hold = HeldKeys, repeat = RepeatedKeys, stage });
            await SetLookAsync(look);
        }

        if (shown == answer.Result.Id)
            return;
        shown = answer.Result.Id;
        await stage.InvokeVoidAsync("show", Picture(answer.Image.Id, answer.Result.Id, answer.Image.Mask is not null, answer.Image.Name, answer.Result.FullScore is not null));
        var neighbours = Ahead.Select(step => strip.At(index + step)).OfType<ListResults.Item>()
            .Select(item => Picture(item.Image, item.Id, item.HasMask, item.Name));
        await stage.InvokeVoidAsync("prefetch", neighbours);
    }

    private object Picture(ImageId image, ResultId result, bool hasMask, string name, bool isPart = false) => new
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

    private Task StepAsync(int by)
    {
        if (strip.At(index + by) is { } item)
            Navigation.NavigateTo($"/projects/{item.Project}/results/{item.Id}{query}", replace: true);
        return Task.CompletedTask;
    }

    private async Task SetLookAsync(Look next)
    {
        look = next;
        if (stage is null || module is null)
            return;
        await stage.InvokeVoidAsync("set", new
        {
            heatmap = look.Heatmap, opacity = look.Opacity / 100.0, colourMap = look.ColourMap, contour = look.Contour, mask = look.Mask,
        });
        var calibration = answer!.Model.Calibration;
        await module.InvokeVoidAsync("renderLegend", legend, new
        {
            low = calibration.ScaleLow, high = calibration.ScaleHigh, threshold = calibration.PixelThreshold, colourMap = look.ColourMap,
        });
    }

    private async Task StageAsync(string method, params object[] arguments)
    {
        if (stage is not null)
            await stage.InvokeVoidAsync(method, arguments);
    }

    private Task<IDialogReference> ShowKeysAsync() => Dialogs.ShowAsync<KeysDialog>("Keys");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await JsLifetime.DisposeAsync(keys, keysModule);
        await JsLifetime.DisposeAsync(stage, module);
        self?.Dispose();
    }

    private sealed record Look(int Opacity, string ColourMap, bool Heatmap, bool Contour, bool Mask);

    private sealed record Strip(IReadOnlyList<ListResults.Item> Items, int Total)
    {
        public int Skip { get; init; }

        public ListResults.Item? At(int index) =>
            index >= Skip && index - Skip < Items.Count ? Items[index - Skip] : null;
    }
}
