using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Mail;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Teams;

/// <summary>Who is in the team as what, and how others come in.</summary>
public partial class TeamPage
{
    private static readonly TeamRole[] Roles = [.. Enum.GetValues<TeamRole>().Order()];

    private static (int Hours, string Text)[] Terms => [(1, TeamsTexts.N1Hour), (24, TeamsTexts.N1Day), (24 * 7, TeamsTexts.N7Days), (24 * 30, TeamsTexts.N30Days)];

    private ListTeam.Answer? answer;
    private bool mayManage;
    private string? name;
    private TeamRole inviteRole = TeamRole.Engineer;
    private string? inviteEmail;
    private int inviteHours = (int)Invitation.Usual.TotalHours;
    private string? link;
    private string? linkNote;
    private (string Name, string Link)? reset;

    [Inject]
    private ListTeam List { get; set; } = null!;

    [Inject]
    private InviteMember Invite { get; set; } = null!;

    [Inject]
    private RevokeInvitation Revoke { get; set; } = null!;

    [Inject]
    private ChangeMemberRole ChangeRole { get; set; } = null!;

    [Inject]
    private RemoveMember Remove { get; set; } = null!;

    [Inject]
    private LeaveTeam Leave { get; set; } = null!;

    [Inject]
    private MakeResetLink MakeReset { get; set; } = null!;

    [Inject]
    private MailOutbox Mail { get; set; } = null!;

    [Inject]
    private RenameTeam Rename { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        mayManage = Actor.Require(TeamPermissions.Manage).Succeeded;
        var listed = await List.HandleAsync(Actor, ct);
        (answer, Failure) = (listed.Succeeded ? listed.Value : null, listed.Error);
        name = answer?.Name;
    }

    private async Task InviteAsync()
    {
        var made = await Invite.HandleAsync(Actor, new InviteMember.Request(inviteRole, inviteEmail, TimeSpan.FromHours(inviteHours)), Closing);
        if (!made.Succeeded)
        {
            Snackbar.Add(made.Error.Message, Severity.Error);
            return;
        }

        link = $"{Navigation.BaseUri}join/{made.Value.Token}";
        linkNote = made.Value.Mailed ? TeamsTexts.ItIsOnItsWayToToo.With(inviteEmail) : null;
        inviteEmail = null;
        await ReloadAsync();
    }

    private async Task RevokeAsync(ListTeam.Open open)
    {
        link = null;
        await TellAsync(await Revoke.HandleAsync(Actor, open.Id, Closing), TeamsTexts.InvitationWithdrawn);
    }

    private async Task ChangeRoleAsync(ListTeam.Member member, ChangeEventArgs change)
    {
        if (Enum.TryParse<TeamRole>((string?)change.Value, out var role))
            await TellAsync(await ChangeRole.HandleAsync(Actor, new ChangeMemberRole.Request(member.User, role), Closing), TeamsTexts.IsNow.With(member.Name, Words.Of(role)));
    }

    private async Task ResetAsync(ListTeam.Member member)
    {
        var made = await MakeReset.HandleAsync(Actor, member.User, Closing);
        reset = made.Succeeded ? (member.Name, Navigation.BaseUri + made.Value) : null;
        if (!made.Succeeded)
            Snackbar.Add(made.Error.Message, Severity.Error);
    }

    private async Task RemoveAsync(ListTeam.Member member)
    {
        var sure = await Dialogs.ShowMessageBoxAsync(
            TeamsTexts.RemoveNamed.With(member.Name), TeamsTexts.AccessEndsAtOnceWhatThisMember, yesText: TeamsTexts.RemoveWord, cancelText: SharedTexts.Keep);
        if (sure == true)
            await TellAsync(await Remove.HandleAsync(Actor, member.User, Closing), TeamsTexts.WasRemoved.With(member.Name));
    }

    private async Task LeaveAsync()
    {
        var sure = await Dialogs.ShowMessageBoxAsync(
            TeamsTexts.LeaveThisTeam, TeamsTexts.YouLoseAccessAtOnceOnlyAn, yesText: TeamsTexts.LeaveTeam, cancelText: TeamsTexts.Stay);
        if (sure != true)
            return;
        var left = await Leave.HandleAsync(Actor, Closing);
        if (left.Succeeded)
            Navigation.NavigateTo("/sign-in", forceLoad: true);
        else
            Snackbar.Add(left.Error.Message, Severity.Error);
    }

    private async Task RenameAsync() =>
        await TellAsync(await Rename.HandleAsync(Actor, new RenameTeam.Request(name), Closing), SharedTexts.Saved);

    /// <summary>Reads again after a failure as well: a choice that was refused must not stay chosen.</summary>
    private async Task TellAsync(Result result, string done)
    {
        Snackbar.Add(result.Succeeded ? done : result.Error.Message, result.Succeeded ? Severity.Success : Severity.Error);
        answer = result.Succeeded ? answer : null;
        StateHasChanged();
        await ReloadAsync();
    }
}
