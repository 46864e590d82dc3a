using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Imaging;
using FewShotAD.Portal.Features.Annotate;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using MudBlazor;

namespace FewShotAD.Portal.Features.Images;

/// <summary>A project's pictures: upload by HTTP (the browser's module owns it), split, label, delete.</summary>
public sealed partial class ImagesPage
{
    private readonly HashSet<ImageId> chosen = [];
    private GetProject.Answer? answer;
    private TileGrid<ListImages.Item>? grid;
    private ElementReference region;
    private IJSObjectReference? module;
    private IJSObjectReference? uploader;
    private DotNetObjectReference<ImagesPage>? self;
    private UploadTarget target;
    private ImageSplit? split;
    private string? search;
    private bool ready;

    private enum UploadTarget
    {
        Support,
        TestNormal,
        TestDefective,
        TestUnknown,
    }

    [Parameter]
    public string IdText { get; set; } = "";

    [Inject]
    private GetProject Get { get; set; } = null!;

    [Inject]
    private ListImages List { get; set; } = null!;

    [Inject]
    private ClassifyImages Classify { get; set; } = null!;

    [Inject]
    private DeleteImages Delete { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private AntiforgeryStateProvider Antiforgery { get; set; } = null!;

    private (ImageSplit? Value, string Word, int Count)[] Filters =>
    [
        (null, SharedTexts.All, answer!.Images),
        (ImageSplit.Support, SharedTexts.NormalShots, answer.Shots),
        (ImageSplit.Test, SharedTexts.Test, answer.TestImages),
        (ImageSplit.Unassigned, ImagesTexts.Unassigned, answer.Unassigned),
    ];

    /// <summary>Called by the upload module while files arrive.</summary>
    [JSInvokable]
    public async Task OnUploadsChanged(UploadCounts counts)
    {
        await ReloadAsync();
        StateHasChanged();
        if (grid is not null)
            await grid.RefreshAsync();
    }

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var got = await Get.HandleAsync(Actor, new ProjectId(Guid.TryParse(IdText, out var id) ? id : Guid.Empty), ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        var first = answer is null;
        answer = got.Value;
        // Enough shots are there: what comes next is most likely for the test set.
        if (first && answer.Shots >= Domain.Training.TrainingRecipe.MinShots)
            target = UploadTarget.TestUnknown;
    }

    protected override async Task ScriptAsync(bool firstRender)
    {
        if (answer is null || module is not null)
            return;
        self = DotNetObjectReference.Create(this);
        module = await Js.InvokeAsync<IJSObjectReference>("import", "/js/upload.js");
        uploader = await module.InvokeAsync<IJSObjectReference>("createUploader", region, new
        {
            url = $"/api/v1/projects/{answer.Project.Id}/images",
            tokenHeader = "X-CSRF-TOKEN",
            token = Antiforgery.GetAntiforgeryToken()?.Value,
            parallel = 3,
            maxBytes = DecodeLimits.Default.MaxBytes,
            accept = ".png,.jpg,.jpeg,.bmp,.tif,.tiff,.webp",
        }, self);
        await SetTargetAsync(target);
        // The buttons wait for the module and its target: a click before them would be lost, or go astray.
        ready = true;
        StateHasChanged();
    }

    private static Dictionary<string, object?> Test(string name) => new() { ["data-test"] = name };

    /// <summary>With the filter of this page: previous and next there go through the same list.</summary>
    private string DrawAddress(ImageId image) =>
        $"/projects/{answer!.Project.Id}/images/{image}/annotate{AnnotateQuery.Of(split, search)}";

    private static string Describe(ListImages.Item image)
    {
        var split = image.Split switch { ImageSplit.Support => SharedTexts.NormalShot, ImageSplit.Test => SharedTexts.Test, _ => ImagesTexts.Unassigned };
        var label = image.Split == ImageSplit.Support ? "" : image.Label switch
        {
            ImageLabel.Normal => ImagesTexts.Good,
            ImageLabel.Defective => $" · {image.DefectType ?? SharedTexts.Defective}",
            _ => "",
        };
        return $"{split}{label}{(image.HasMask ? ImagesTexts.Mask : "")}";
    }

    private async Task SetTargetAsync(UploadTarget value)
    {
        target = value;
        if (uploader is null)
            return;
        var (into, label, words) = value switch
        {
            UploadTarget.Support => ("support", "normal", ImagesTexts.IntoSupport),
            UploadTarget.TestNormal => ("test", "normal", ImagesTexts.IntoTestNormal),
            UploadTarget.TestDefective => ("test", "defective", ImagesTexts.IntoTestDefective),
            _ => ("test", "unknown", ImagesTexts.IntoTestUnknown),
        };
        await uploader.InvokeVoidAsync("setTarget", new { split = into, label, words });
    }

    private async Task<TileGrid<ListImages.Item>.Page> ProvideAsync(int skip, int take, CancellationToken ct)
    {
        var page = await List.HandleAsync(Actor, new ListImages.Request(answer!.Project.Id, split, null, search, skip, take), ct);
        return new TileGrid<ListImages.Item>.Page(page.Items, page.Total);
    }

    private async Task FilterAsync(ImageSplit? value)
    {
        split = value;
        if (grid is not null)
            await grid.RefreshAsync();
    }

    private async Task SearchAsync(string? text)
    {
        search = text;
        if (grid is not null)
            await grid.RefreshAsync();
    }

    private void Choose(ImageId id)
    {
        if (!chosen.Remove(id))
            chosen.Add(id);
    }

    private async Task ClassifyAsync(ImageSplit into, ImageLabel? label) =>
        await ApplyAsync(await Classify.HandleAsync(
            Actor, new ClassifyImages.Request(answer!.Project.Id, [.. chosen], into, label, null), Closing));

    private async Task DeleteAsync()
    {
        var sure = await Dialogs.ShowMessageBoxAsync(
            ImagesTexts.DeleteImages, ImagesTexts.DeleteImagesAndTheirResultsThisCannot.With(chosen.Count), yesText: SharedTexts.Delete, cancelText: SharedTexts.Keep);
        if (sure == true)
            await ApplyAsync(await Delete.HandleAsync(Actor, new DeleteImages.Request(answer!.Project.Id, [.. chosen]), Closing));
    }

    private async Task ApplyAsync(Result result)
    {
        if (!result.Succeeded)
        {
            Snackbar.Add(result.Error.Message, Severity.Error);
            return;
        }

        chosen.Clear();
        await OnUploadsChanged(new UploadCounts(0, 0, 0));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await JsLifetime.DisposeAsync(uploader, module);
        self?.Dispose();
    }

    public sealed record UploadCounts(int Done, int Failed, int Total);
}
