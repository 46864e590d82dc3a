using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace FewShotAD.Portal.Features.Annotate;

/// <summary>Drawing on one image. The page names addresses and rights; drawing and saving are the browser's and go on without a circuit.</summary>
public sealed partial class AnnotatePage
{
    private GetDrawing.Answer? answer;
    private ElementReference tools;
    private ElementReference stage;
    private ElementReference side;
    private IJSObjectReference? module;
    private IJSObjectReference? annotator;
    private ImageId? shown;

    [Parameter]
    public string IdText { get; set; } = "";

    [Parameter]
    public string ImageText { get; set; } = "";

    [SupplyParameterFromQuery(Name = "split")]
    private string? SplitText { get; set; }

    [SupplyParameterFromQuery(Name = "search")]
    private string? Search { get; set; }

    [Inject]
    private GetDrawing Get { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private AntiforgeryStateProvider Antiforgery { get; set; } = null!;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var id = new ImageId(Guid.TryParse(ImageText, out var guid) ? guid : Guid.Empty);
        var got = await Get.HandleAsync(Actor, new(id, AnnotateQuery.SplitOf(SplitText), Search), ct);
        if (!got.Succeeded)
            Failure = got.Error;
        // The address names the project as well: an image of another one is not there.
        else if (!Guid.TryParse(IdText, out var project) || got.Value.Image.ProjectId.Value != project)
            Failure = new ImageNotFound();
        else
            answer = got.Value;
    }

    protected override async Task ScriptAsync(bool firstRender)
    {
        if (answer is null || Failure is not null || shown == answer.Image.Id)
            return;
        shown = answer.Image.Id;
        module ??= await Js.InvokeAsync<IJSObjectReference>("import", "/js/annotate.js");
        if (annotator is not null)
        {
            await annotator.InvokeVoidAsync("dispose");
            await annotator.DisposeAsync();
        }

        // Whoever turns pages fast has left before the module was there: then there is nothing to draw on.
        if (!Closing.IsCancellationRequested)
            annotator = await module.InvokeAsync<IJSObjectReference>("createAnnotator", tools, stage, side, Options(answer));
    }

    private object Options(GetDrawing.Answer drawing)
    {
        var image = drawing.Image;
        var address = $"{RestGroup.Root}/images/{image.Id.Value}";
        return new
        {
            url = $"{address}/annotation",
            imageUrl = $"{address}/view",
            baseUrl = $"{address}/base.png",
            regionUrl = $"{RestGroup.Root}/projects/{image.ProjectId.Value}/ignore",
            mapUrl = drawing.Result is { } result ? $"{RestGroup.Root}/results/{result.Id.Value}/map" : null,
            low = drawing.Model?.Calibration.ScaleLow,
            high = drawing.Model?.Calibration.ScaleHigh,
            threshold = drawing.Model?.Calibration.PixelThreshold,
            name = image.Name,
            width = image.Width,
            height = image.Height,
            isSupport = image.Split == ImageSplit.Support,
            types = drawing.Types,
            type = image.DefectType,
            canDraw = Actor.Require(TeamPermissions.Review).Succeeded,
            canRegion = Actor.Require(TeamPermissions.Write).Succeeded,
            tokenHeader = RestGuards.TokenHeader,
            token = Antiforgery.GetAntiforgeryToken()?.Value,
            // Of this person in this team: another one at the same browser must not find it.
            draftKey = $"fewshotad:drawing:{Actor.Tenant}:{Actor.User}:{image.Id}",
        };
    }

    private string Address(ImageId image) =>
        $"/projects/{answer!.Image.ProjectId}/images/{image}/annotate{AnnotateQuery.Of(AnnotateQuery.SplitOf(SplitText), Search)}";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await JsLifetime.DisposeAsync(annotator, module);
    }
}
