using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FewShotAD.Portal.Features.Registry;

/// <summary>Two versions on the images that both have scored. Which two, and which images are listed, stands in the address.</summary>
public sealed partial class ComparePage
{
    private const int Page = 48;

    private static readonly (ComparedShow Show, string Word)[] Shows =
    [
        (ComparedShow.Flipped, "flipped"), (ComparedShow.Better, "better"), (ComparedShow.Worse, "worse"), (ComparedShow.All, "all"),
    ];

    private GetProject.Answer? project;
    private ModelComparison? comparison;
    private IReadOnlyList<TrainedModel> models = [];
    private readonly List<ComparedImage> images = [];
    private ComparedShow show;
    private ElementReference plotHost;
    private IJSObjectReference? module;
    private IJSObjectReference? plot;
    private (ModelId First, ModelId Second)? plotted;
    private string? nothing;
    private bool more;

    [Parameter]
    public string IdText { get; set; } = "";

    [SupplyParameterFromQuery(Name = "first")]
    private string? FirstText { get; set; }

    [SupplyParameterFromQuery(Name = "second")]
    private string? SecondText { get; set; }

    [SupplyParameterFromQuery(Name = "show")]
    private string? ShowText { get; set; }

    [Inject]
    private GetProject Get { get; set; } = null!;

    [Inject]
    private ListModels Models { get; set; } = null!;

    [Inject]
    private CompareModels Compare { get; set; } = null!;

    [Inject]
    private ListCompared List { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private string Home => $"/projects/{project!.Project.Id}";

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var id = new ProjectId(Guid.TryParse(IdText, out var guid) ? guid : Guid.Empty);
        var got = await Get.HandleAsync(Actor, id, ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        show = ResultQuery.Choice<ComparedShow>(ShowText) ?? ComparedShow.Flipped;
        var compared = await Compare.HandleAsync(Actor, new CompareModels.Request(id, IdOf(FirstText), IdOf(SecondText)), ct);
        if (compared.Error is { Kind: ErrorKind.NotFound } missing)
        {
            Failure = missing;
            return;
        }

        models = await Models.HandleAsync(Actor, id, ct);
        (project, comparison, nothing) = (got.Value, compared.Succeeded ? compared.Value : null, compared.Error?.Message);
        images.Clear();
        more = false;
        if (comparison is { Images: > 0 })
            await ReadAsync(null, ct);
    }

    protected override async Task ScriptAsync(bool firstRender)
    {
        if (comparison is not { Images: > 0 } of || plotted == (of.First.Model.Id, of.Second.Model.Id))
            return;
        plotted = (of.First.Model.Id, of.Second.Model.Id);
        await JsLifetime.DisposeAsync(plot);
        module ??= await Js.InvokeAsync<IJSObjectReference>("import", Closing, "/js/compare.js");
        plot = await module.InvokeAsync<IJSObjectReference>("attachScatter", Closing, plotHost, new
        {
            url = $"/api/v1/models/{of.Second.Model.Id.Value}/comparison/scores?with={of.First.Model.Id.Value}",
            open = $"{Home}/results/{{id}}?model={of.Second.Model.Id}",
            first = Axis(of.First.Model),
            second = Axis(of.Second.Model),
        });
    }

    private static object Axis(TrainedModel model) => new
    {
        name = SharedTexts.VersionShort.With(model.Version), t1 = model.Calibration.Scale(model.Calibration.CertainlyGood), t2 = model.Calibration.Scale(model.Calibration.CertainlyDefective),
    };

    private static ModelId? IdOf(string? text) => Guid.TryParse(text, out var id) ? new ModelId(id) : null;

    /// <summary>What only one of them has scored is left out, and that is said.</summary>
    private static string Only(ModelComparison of)
    {
        var parts = new[] { of.First, of.Second }.Where(side => side.Scored > of.Images)
            .Select(side => RegistryTexts.OfVAlone.With(RegistryText.Count(side.Scored - of.Images, RegistryTexts.MoreImage, RegistryTexts.MoreImages), side.Model.Version));
        var text = string.Join(" and ", parts);
        return text.Length == 0 ? "" : RegistryTexts.LeftOut.With(text);
    }

    private static string Word(ComparedShow show, ModelComparison of) => show switch
    {
        ComparedShow.Flipped => RegistryTexts.AnotherVerdictWord,
        ComparedShow.Better => RegistryTexts.VBetter.With(of.Second.Model.Version),
        ComparedShow.Worse => RegistryTexts.VWorse.With(of.Second.Model.Version),
        _ => SharedTexts.All,
    };

    private Task MoreAsync() => ReadAsync(new ComparedPosition(images[^1].Second.Score, images[^1].Second.Result.Value), Closing);

    private async Task ReadAsync(ComparedPosition? after, CancellationToken ct)
    {
        var page = await List.HandleAsync(
            Actor, new ListCompared.Request(comparison!.Second.Model.Id, comparison.First.Model.Id, show, after, Page + 1), ct);
        if (!page.Succeeded)
            return;
        images.AddRange(page.Value.Take(Page));
        more = page.Value.Count > Page;
    }

    private void Choose(object? first, object? second) => Go(IdOf(first as string), IdOf(second as string));

    private void Swap() => Go(comparison!.Second.Model.Id, comparison.First.Model.Id);

    private void Go(ModelId? first = null, ModelId? second = null, ComparedShow? show = null)
    {
        var listed = show ?? this.show;
        var tail = listed == ComparedShow.Flipped ? "" : $"&show={listed.ToString().ToLowerInvariant()}";
        Navigation.NavigateTo($"{Home}/compare?first={first ?? comparison!.First.Model.Id}&second={second ?? comparison!.Second.Model.Id}{tail}");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await JsLifetime.DisposeAsync(plot, module);
    }
}
