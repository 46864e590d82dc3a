using System.Net;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Teams;

/// <summary>The link of an invitation, at a browser.</summary>
public sealed class JoinTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task A_new_person_registers_into_the_team()
    {
        var (_, team) = await MemberAsync();
        var token = await InviteAsync(team, TeamRole.Reviewer);
        var visitor = Visitor();
        var page = await visitor.Http.GetStringAsync($"/join/{token}", Ct);
        Assert.Contains("Join A team", page, StringComparison.Ordinal);
        Assert.Contains("Reviewer", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await RegisterAsync(visitor, token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/team")).StatusCode);
        Assert.Equal([TeamRole.Reviewer], await RolesAsync(team));
    }

    [Fact]
    public async Task Somebody_with_an_account_signs_in_into_the_team()
    {
        var (_, team) = await MemberAsync();
        var (email, _, user) = await Browser.RegisterAsync(Host);
        var token = await InviteAsync(team, TeamRole.Engineer);
        var visitor = Visitor();
        var wrong = await visitor.PostFormAsync($"/join/{token}?account=true", "join", ("Form.Email", email), ("Form.Password", "not the password"));
        Assert.Contains("do not match", await AlertAsync(wrong), StringComparison.Ordinal);
        var joined = await visitor.PostFormAsync($"/join/{token}?account=true", "join", ("Form.Email", email), ("Form.Password", Browser.Password));
        Assert.Equal(HttpStatusCode.Redirect, joined.StatusCode);
        await using var context = team.Open();
        Assert.Equal(TeamRole.Engineer, (await context.Memberships.SingleAsync(m => m.UserId == user, Ct)).Role);
    }

    [Fact]
    public async Task Who_is_signed_in_joins_with_a_click_and_is_in_that_team_then()
    {
        var (_, team) = await MemberAsync();
        var (browser, _) = await MemberAsync();
        var token = await InviteAsync(team, TeamRole.Viewer);
        Assert.Contains("You are signed in as", await browser.Http.GetStringAsync($"/join/{token}", Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.PostFormAsync($"/join/{token}", "join")).StatusCode);
        // An owner of the own team and a viewer here: only a viewer is refused the trail.
        await AssertProblemAsync(await browser.GetAsync("/api/v1/audit"), HttpStatusCode.Forbidden, "role.low");
    }

    [Fact]
    public async Task A_link_lets_one_person_in_even_when_two_come_at_once()
    {
        var (_, team) = await MemberAsync();
        for (var round = 0; round < 5; round++)
        {
            var token = await InviteAsync(team, TeamRole.Viewer);
            var before = (await RolesAsync(team)).Count;
            var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => RegisterAsync(Visitor(), token), Ct)));
            Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Redirect);
            Assert.Equal(before + 1, (await RolesAsync(team)).Count);
        }
    }

    [Fact]
    public async Task Two_accounts_that_accept_at_once_are_one_member_and_one_answer()
    {
        var (_, team) = await MemberAsync();
        var token = await InviteAsync(team, TeamRole.Viewer);
        var people = new List<(string Email, TenantId, UserId User)>();
        for (var i = 0; i < 4; i++)
            people.Add(await Browser.RegisterAsync(Host));
        var invitations = Get<Infrastructure.Identity.Invitations>();
        var answers = await Task.WhenAll(people.Select(p => Task.Run(() => invitations.AcceptAsync(token, p.User, p.Email, Ct), Ct)));
        Assert.Single(answers, a => a.Succeeded);
        Assert.All(answers.Where(a => !a.Succeeded), a => Assert.IsType<InvitationUsed>(a.Error));
        Assert.Single(await RolesAsync(team));
    }

    [Theory]
    [InlineData("used", "has been used")]
    [InlineData("revoked", "withdrawn")]
    [InlineData("expired", "expired")]
    [InlineData("unknown", "no such invitation")]
    public async Task A_link_that_opens_nothing_says_why(string what, string says)
    {
        var (_, team) = await MemberAsync();
        var token = await InviteAsync(team, TeamRole.Viewer, TimeSpan.FromHours(1));
        var visitor = Visitor();
        if (what == "used")
            await RegisterAsync(Visitor(), token);
        if (what == "revoked")
            Assert.True((await Get<RevokeInvitation>().HandleAsync(team.Owner, (await Get<ListTeam>().HandleAsync(team.Owner, Ct)).Value.Invitations[0].Id, Ct)).Succeeded);
        if (what == "expired")
            Host.Time.Advance(TimeSpan.FromHours(1));
        if (what == "unknown")
            token = "nothing";
        Assert.Contains(says, WebUtility.HtmlDecode(await visitor.Http.GetStringAsync($"/join/{token}", Ct)), StringComparison.Ordinal);
        var before = (await RolesAsync(team)).Count;
        Assert.Equal(HttpStatusCode.OK, (await RegisterAsync(visitor, token)).StatusCode);
        Assert.Equal(before, (await RolesAsync(team)).Count);
    }

    [Fact]
    public async Task A_link_for_one_address_takes_no_other_and_leaves_no_account_behind()
    {
        var (_, team) = await MemberAsync();
        var token = await InviteAsync(team, TeamRole.Viewer, email: "Right@example.com");
        var visitor = Visitor();
        Assert.Contains("another e-mail address", await AlertAsync(await RegisterAsync(visitor, token, "wrong@example.com")), StringComparison.Ordinal);
        Assert.Contains("do not match", await AlertAsync(await visitor.SignInAsync("wrong@example.com")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await RegisterAsync(visitor, token, "right@example.com")).StatusCode);
    }

    [Fact]
    public async Task A_member_who_follows_a_link_again_does_not_use_it_up()
    {
        var (browser, team) = await MemberAsync();
        var token = await InviteAsync(team, TeamRole.Viewer);
        Assert.Contains("already", await AlertAsync(await browser.PostFormAsync($"/join/{token}", "join")), StringComparison.Ordinal);
        Assert.Single((await Get<ListTeam>().HandleAsync(team.Owner, Ct)).Value.Invitations);
    }

    [Fact]
    public async Task The_database_has_no_token()
    {
        var (_, team) = await MemberAsync();
        var token = await InviteAsync(team, TeamRole.Viewer);
        Assert.DoesNotContain(token, await TenantRows.DescribeAsync(team, Ct), StringComparison.Ordinal);
    }

    private async Task<string> InviteAsync(TeamAtWork team, TeamRole role, TimeSpan? term = null, string? email = null) =>
        (await Get<InviteMember>().HandleAsync(team.Owner, new(role, email, term), Ct)).Value.Token;

    private static Task<HttpResponseMessage> RegisterAsync(Browser browser, string token, string? email = null) => browser.PostFormAsync(
        $"/join/{token}", "join", ("Form.Name", "New"), ("Form.Email", email ?? $"{Guid.NewGuid():N}@example.com"), ("Form.Password", Browser.Password));

    /// <summary>The roles of who is in the team beside its owner.</summary>
    private static async Task<List<TeamRole>> RolesAsync(TeamAtWork team)
    {
        await using var context = team.Open();
        return await context.Memberships.Where(m => m.UserId != team.Owner.User).Select(m => m.Role).ToListAsync(Ct);
    }
}
