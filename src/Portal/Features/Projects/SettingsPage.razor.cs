using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Projects;

public partial class SettingsPage
{
    private GetProject.Answer? answer;
    private string? name;
    private string? description;
    private string? typed;
    private int share;
    private bool uncertain;
    private bool approval;
    private bool keepsSome;
    private int keepVersions = 10;
    private int keepDays;

    [Parameter]
    public string IdText { get; set; } = "";

    [Inject]
    private GetProject Get { get; set; } = null!;

    [Inject]
    private ChangeProject Change { get; set; } = null!;

    [Inject]
    private DeleteProject Delete { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    private bool MayManage => Actor.Require(TeamPermissions.Manage).Succeeded;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var got = await Get.HandleAsync(Actor, new ProjectId(Guid.TryParse(IdText, out var id) ? id : Guid.Empty), ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        answer = got.Value;
        (name, description) = (answer.Project.Name, answer.Project.Description);
        (share, uncertain) = (answer.Project.SecondReviewShare, answer.Project.SecondReviewUncertain);
        (approval, keepsSome) = (answer.Project.ApprovalNeeded, answer.Project.Retention is not null);
        if (answer.Project.Retention is { } rule)
            (keepVersions, keepDays) = (rule.Versions, rule.Days);
    }

    private Task SaveAsync() => ChangeAsync(new ChangeProject.Request(answer!.Project.Id, name, description, null), SharedTexts.Saved);

    private Task SaveReviewsAsync() => ChangeAsync(
        new ChangeProject.Request(answer!.Project.Id, null, null, null, SecondReviewShare: share, SecondReviewUncertain: uncertain), SharedTexts.Saved);

    private Task SaveApprovalAsync() => ChangeAsync(new ChangeProject.Request(answer!.Project.Id, null, null, null, ApprovalNeeded: approval), SharedTexts.Saved);

    private Task SaveKeptAsync() => ChangeAsync(
        new ChangeProject.Request(answer!.Project.Id, null, null, null, Keep: new ChangeProject.Kept(keepsSome ? keepVersions : 0, keepDays)), SharedTexts.Saved);

    private Task ToggleArchiveAsync()
    {
        var archive = answer!.Project.ArchivedAt is null;
        return ChangeAsync(new ChangeProject.Request(answer.Project.Id, null, null, archive), archive ? ProjectsTexts.Archived : ProjectsTexts.BroughtBack);
    }

    private async Task ChangeAsync(ChangeProject.Request request, string done)
    {
        var changed = await Change.HandleAsync(Actor, request, Closing);
        Snackbar.Add(changed.Succeeded ? done : changed.Error.Message, changed.Succeeded ? Severity.Success : Severity.Error);
        await ReloadAsync();
    }

    private async Task DeleteAsync()
    {
        var deleted = await Delete.HandleAsync(Actor, new DeleteProject.Request(answer!.Project.Id, typed), Closing);
        if (deleted.Succeeded)
            Navigation.NavigateTo("/");
        else
            Snackbar.Add(deleted.Error.Message, Severity.Error);
    }
}
