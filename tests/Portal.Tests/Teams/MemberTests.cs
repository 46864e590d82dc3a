using System.Net;
using System.Net.Http.Headers;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Features.Account;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using System.Security.Claims;

namespace FewShotAD.Portal.Tests.Teams;

/// <summary>Changes of the roster hold with the next request, and an owner always remains.</summary>
public sealed class MemberTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task A_removed_member_is_out_with_the_next_request()
    {
        var (_, team) = await MemberAsync();
        var image = await team.UploadAsync(await team.ProjectAsync(), "a.png");
        var (browser, _, member) = await PersonAsync(team, TeamRole.Engineer);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/api/v1/images/{image.Value}/view")).StatusCode);
        Assert.True((await Get<RemoveMember>().HandleAsync(team.Owner, member.User, Ct)).Succeeded);
        await AssertProblemAsync(await browser.GetAsync($"/api/v1/images/{image.Value}/view"), HttpStatusCode.Unauthorized, "auth.missing");
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Another_role_holds_with_the_next_request_and_the_old_page_cannot_act()
    {
        var (_, team) = await MemberAsync();
        var project = await team.ProjectAsync();
        var (browser, _, member) = await PersonAsync(team, TeamRole.Engineer);
        var token = await browser.TokenAsync();
        Assert.Equal(HttpStatusCode.OK, (await browser.UploadAsync(project, token, null, ("a.png", Picture.Png(TeamAtWork.Next())))).StatusCode);
        Assert.True((await Get<ChangeMemberRole>().HandleAsync(team.Owner, new(member.User, TeamRole.Viewer), Ct)).Succeeded);
        await AssertProblemAsync(
            await browser.UploadAsync(project, token, null, ("b.png", Picture.Png(TeamAtWork.Next()))), HttpStatusCode.Forbidden, "role.low");
        Assert.True((await Get<ChangeMemberRole>().HandleAsync(team.Owner, new(member.User, TeamRole.Owner), Ct)).Succeeded);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/audit")).StatusCode);
    }

    [Fact]
    public async Task A_key_of_a_removed_member_stays_the_teams()
    {
        var (_, team) = await MemberAsync();
        var image = await team.UploadAsync(await team.ProjectAsync(), "a.png");
        var (_, _, member) = await PersonAsync(team, TeamRole.Owner);
        var token = (await Get<CreateApiKey>().HandleAsync(member, new("A program", TeamPermissions.Read, 60, null), Ct)).Value.Token;
        Assert.True((await Get<RemoveMember>().HandleAsync(team.Owner, member.User, Ct)).Succeeded);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{image.Value}/view");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Assert.Equal(HttpStatusCode.OK, (await Visitor().Http.SendAsync(request, Ct)).StatusCode);
    }

    [Fact]
    public async Task The_last_owner_stays_an_owner()
    {
        var (_, team) = await MemberAsync();
        var (_, _, other) = await PersonAsync(team, TeamRole.Engineer);
        Assert.IsType<LastOwner>((await Get<ChangeMemberRole>().HandleAsync(team.Owner, new(team.Owner.User, TeamRole.Engineer), Ct)).Error);
        Assert.IsType<LastOwner>((await Get<RemoveMember>().HandleAsync(team.Owner, team.Owner.User, Ct)).Error);
        Assert.IsType<LastOwner>((await Get<LeaveTeam>().HandleAsync(team.Owner, Ct)).Error);
        Assert.True((await Get<ChangeMemberRole>().HandleAsync(team.Owner, new(other.User, TeamRole.Owner), Ct)).Succeeded);
        Assert.True((await Get<LeaveTeam>().HandleAsync(team.Owner, Ct)).Succeeded);
        Assert.IsType<MemberNotFound>((await Get<LeaveTeam>().HandleAsync(team.Owner, Ct)).Error);
    }

    [Fact]
    public async Task Two_owners_who_demote_each_other_at_once_leave_one()
    {
        for (var round = 0; round < 5; round++)
        {
            var (_, team) = await MemberAsync();
            var (_, _, other) = await PersonAsync(team, TeamRole.Owner);
            var change = Get<ChangeMemberRole>();
            var answers = await Task.WhenAll(
                Task.Run(() => change.HandleAsync(team.Owner, new(other.User, TeamRole.Viewer), Ct), Ct),
                Task.Run(() => change.HandleAsync(other, new(team.Owner.User, TeamRole.Viewer), Ct), Ct));
            Assert.Single(answers, a => a.Succeeded);
            await using var context = team.Open();
            Assert.Equal(1, await context.Memberships.CountAsync(m => m.Role == TeamRole.Owner, Ct));
        }
    }

    [Fact]
    public async Task Any_role_may_leave_and_no_key()
    {
        var (_, team) = await MemberAsync();
        var (browser, _, member) = await PersonAsync(team, TeamRole.Viewer);
        var byKey = member with { Key = new ActingKey(new ApiKeyId(Guid.NewGuid()), TeamPermissionRules.Scopes) };
        Assert.IsType<ScopeMissing>((await Get<LeaveTeam>().HandleAsync(byKey, Ct)).Error);
        Assert.True((await Get<LeaveTeam>().HandleAsync(member, Ct)).Succeeded);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_team_is_switched_without_a_password_but_only_to_ones_own_and_with_the_forms_token()
    {
        var (_, team) = await MemberAsync();
        var (browser, _, _) = await PersonAsync(team, TeamRole.Viewer);
        await AssertProblemAsync(await browser.GetAsync("/api/v1/audit"), HttpStatusCode.Forbidden, "role.low");
        var (_, stranger) = await MemberAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await browser.PostFormAsync("/account/switch-team", null, ("team", stranger.Tenant.ToString()))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.PostFormAsync("/account/switch-team", null, ("team", "nonsense"))).StatusCode);
        using var bare = new FormUrlEncodedContent([new("team", team.Tenant.ToString())]);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Http.PostAsync("/account/switch-team", bare, Ct)).StatusCode);
        using var visitors = new FormUrlEncodedContent([new("team", team.Tenant.ToString())]);
        Assert.NotEqual(HttpStatusCode.OK, (await Visitor().Http.PostAsync("/account/switch-team", visitors, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_page_that_is_open_holds_only_while_the_seat_does()
    {
        var (_, team) = await MemberAsync();
        var (_, email, member) = await PersonAsync(team, TeamRole.Engineer);
        var user = (await Get<UserManager<Infrastructure.Persistence.PortalUser>>().FindByEmailAsync(email))!;
        var seat = new LiveSeat(new Fixed(Claims(member, user.SecurityStamp!)), Get<SeatCheck>(), new NoNavigation());
        Assert.True(await seat.HoldsAsync(Ct));
        Assert.True((await Get<ChangeMemberRole>().HandleAsync(team.Owner, new(member.User, TeamRole.Viewer), Ct)).Succeeded);
        Assert.False(await seat.HoldsAsync(Ct));
        Assert.True((await Get<ChangeMemberRole>().HandleAsync(team.Owner, new(member.User, TeamRole.Engineer), Ct)).Succeeded);
        Assert.True(await seat.HoldsAsync(Ct));
        Assert.True((await Get<RemoveMember>().HandleAsync(team.Owner, member.User, Ct)).Succeeded);
        Assert.False(await seat.HoldsAsync(Ct));
        Assert.True(await new LiveSeat(new Fixed(new ClaimsPrincipal(new ClaimsIdentity())), Get<SeatCheck>(), new NoNavigation()).HoldsAsync(Ct));
    }

    private static ClaimsPrincipal Claims(Actor actor, string stamp) => new(new ClaimsIdentity(
        [
            new Claim(Actor.TeamClaim, actor.Tenant.ToString()), new Claim(Actor.RoleClaim, actor.Role.ToString()),
            new Claim(ClaimTypes.NameIdentifier, actor.User.ToString()), new Claim("AspNet.Identity.SecurityStamp", stamp),
        ],
        "test"));

    private sealed class Fixed(ClaimsPrincipal user) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(user));
    }

    private sealed class NoNavigation : NavigationManager;
}
