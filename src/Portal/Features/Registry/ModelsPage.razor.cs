using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Features.Bundles;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Registry;

/// <summary>The versions of a project: where each comes from, which one is published, and what may be done with it.</summary>
public sealed partial class ModelsPage
{
    private GetRegistry.Answer? answer;
    private IReadOnlyList<GetSupportShots.Shot> shots = [];
    private ModelId? shown;
    private Panel panel;
    private string? comment;
    private string? refused;

    /// <summary>What stands below a version.</summary>
    private enum Panel
    {
        Details,
        Ask,
        Delete,
        Reproduce,
    }

    [Parameter]
    public string IdText { get; set; } = "";

    [Inject]
    private GetRegistry Get { get; set; } = null!;

    [Inject]
    private GetSupportShots Shots { get; set; } = null!;

    [Inject]
    private PublishModel Publish { get; set; } = null!;

    [Inject]
    private UnpublishModel Unpublish { get; set; } = null!;

    [Inject]
    private RollBackModel Back { get; set; } = null!;

    [Inject]
    private AskToPublish Ask { get; set; } = null!;

    [Inject]
    private DecidePublish Decide { get; set; } = null!;

    [Inject]
    private WithdrawPublish Withdraw { get; set; } = null!;

    [Inject]
    private DeleteModel Delete { get; set; } = null!;

    [Inject]
    private ReproduceModel Reproduce { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    private string Home => $"/projects/{answer!.Project.Id}";

    private bool MayWrite => Actor.Require(TeamPermissions.Write).Succeeded;

    private TrainedModel? Champion => answer!.Rows.FirstOrDefault(row => row.Standing == ModelStanding.Champion)?.Model;

    /// <summary>Null for a version that was published before the history began.</summary>
    private Publication? Since => answer!.Publications is [{ Kind: not PublicationKind.TakenBack } last, ..] ? last : null;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var got = await Get.HandleAsync(Actor, new ProjectId(Guid.TryParse(IdText, out var id) ? id : Guid.Empty), ct);
        if (got.Succeeded)
            answer = got.Value;
        else
            Failure = got.Error;
    }

    private string Is(RegistryRow row, Panel wanted) => shown == row.Model.Id && panel == wanted ? "true" : "false";

    /// <summary>With the published one; that itself with the newest other one.</summary>
    private string CompareHref(RegistryRow row) => row.Standing == ModelStanding.Champion
        ? $"{Home}/compare?first={row.Model.Id}"
        : $"{Home}/compare?second={row.Model.Id}";

    private async Task ShowAsync(RegistryRow row, Panel wanted)
    {
        if (shown == row.Model.Id && panel == wanted)
        {
            Hide();
            return;
        }

        (shown, panel, refused, comment) = (row.Model.Id, wanted, null, null);
        if (wanted == Panel.Details)
            shots = await Shots.HandleAsync(Actor, row.Model.Id, Closing);
    }

    private void Hide() => (shown, refused) = (null, null);

    private Task PublishAsync(TrainedModel model) =>
        ActAsync(() => Publish.HandleAsync(Actor, new PublishModel.Request(model.Id), Closing), RegistryTexts.VIsPublished.With(model.Version));

    private Task TakeBackAsync(TrainedModel model) =>
        ActAsync(() => Unpublish.HandleAsync(Actor, new UnpublishModel.Request(model.Id), Closing), RegistryTexts.VIsTakenBack.With(model.Version));

    private Task RollBackAsync(TrainedModel model) => ActAsync(
        async () => await Back.HandleAsync(Actor, new RollBackModel.Request(answer!.Project.Id, model.Id), Closing) is { Error: { } error } ? error : Result.Ok,
        RegistryTexts.VIsPublishedAgain.With(model.Version));

    private Task AskAsync(TrainedModel model) => ActAsync(
        async () => await Ask.HandleAsync(Actor, new AskToPublish.Request(model.Id, comment), Closing) is { Error: { } error } ? error : Result.Ok,
        RegistryTexts.AskedAnotherEngineerOrOwnerDecides);

    private Task DecideAsync((bool Approve, string? Comment) answered)
    {
        var (id, version) = (answer!.Waiting!.Request.Id, answer.Waiting.Version);
        return ActAsync(
            () => Decide.HandleAsync(Actor, new DecidePublish.Request(id, answered.Approve, answered.Comment), Closing),
            answered.Approve ? RegistryTexts.VIsPublished.With(version) : RegistryTexts.VIsRejected.With(version));
    }

    private Task WithdrawAsync() => ActAsync(() => Withdraw.HandleAsync(Actor, answer!.Waiting!.Request.Id, Closing), RegistryTexts.Withdrawn);

    private Task DeleteAsync(TrainedModel model) =>
        ActAsync(() => Delete.HandleAsync(Actor, new DeleteModel.Request(model.Id), Closing), RegistryTexts.VIsDeleted.With(model.Version));

    /// <summary>On to the run, whose page says how it fares.</summary>
    private async Task ReproduceAsync(TrainedModel model)
    {
        Domain.Common.RunId? run = null;
        await ActAsync(
            async () =>
            {
                var queued = await Reproduce.HandleAsync(Actor, new ReproduceModel.Request(model.Id, comment), Closing);
                run = queued.Succeeded ? queued.Value : null;
                return queued.Succeeded ? Result.Ok : queued.Error;
            },
            RegistryTexts.VIsTrainedAgain.With(model.Version));
        if (run is { } id)
            Navigation.NavigateTo($"{Home}/runs/{id}");
    }

    /// <summary>What is refused is said where it was asked for, and stays there; what is done, in passing.</summary>
    private async Task ActAsync(Func<Task<Result>> act, string done)
    {
        if (IsBusy)
            return;
        var acted = await WhileBusyAsync(act);
        if (acted.Succeeded)
        {
            Hide();
            Snackbar.Add(done, Severity.Success);
        }
        else if (shown is null)
        {
            Snackbar.Add(acted.Error.Message, Severity.Error);
        }
        else
        {
            refused = acted.Error.Message;
        }

        await ReloadAsync();
    }

    private static Dictionary<string, object?> Test(string name) => new() { ["data-test"] = name };
}
