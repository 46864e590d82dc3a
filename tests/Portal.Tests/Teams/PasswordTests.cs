using System.Net;
using System.Text.RegularExpressions;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Teams;

/// <summary>New passwords: by mail, by an owner's link, and one's own.</summary>
public sealed partial class PasswordTests(PortalHost host) : HttpTest(host)
{
    private const string Another = "another horse battery";

    [Fact]
    public async Task A_mailed_link_sets_the_password_once_and_ends_what_was_signed_in()
    {
        await using var smtp = new SmtpListener();
        await using var portal = await MailingPortalAsync(smtp);
        var (email, tenant, user) = await Browser.RegisterAsync(portal);
        using var before = new Browser(portal);
        await before.SignInAsync(email);
        using var visitor = new Browser(portal);

        var known = await TextAsync(await visitor.PostFormAsync("/forgot-password", "forgot", ("Form.Email", email.ToUpperInvariant())));
        var unknown = await TextAsync(await visitor.PostFormAsync("/forgot-password", "forgot", ("Form.Email", "nobody@example.com")));
        Assert.Equal(known, unknown);
        Assert.Contains("If there is an account", known, StringComparison.Ordinal);

        var mail = await smtp.NextAsync(Ct);
        Assert.Equal(email, mail.To);
        // The address is the configured one, whatever host the request named.
        var link = new Uri(Link().Match(mail.Text).Value);
        Assert.Equal("portal.example", link.Host);
        Assert.Contains("At least 10", await AlertOf(visitor, link, "short"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("is changed", await TextAsync(await visitor.PostFormAsync("/reset-password" + link.Query, "reset", ("Form.Password", Another))), StringComparison.Ordinal);
        Assert.Contains("has been used", await AlertOf(visitor, link, "a third password"), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Redirect, (await before.GetAsync("/")).StatusCode);
        Assert.Contains("do not match", await AlertAsync(await visitor.SignInAsync(email)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync(email, Another)).StatusCode);
        await using var context = portal.Db.ForTenant(tenant);
        Assert.Equal(user, (await context.Audit.SingleAsync(e => e.Action == AuditAction.ResetPassword, Ct)).ActorId);
        Assert.Empty(smtp.Mails);
    }

    [Fact]
    public async Task An_invitation_for_an_address_is_mailed_to_it()
    {
        await using var smtp = new SmtpListener();
        await using var portal = await MailingPortalAsync(smtp);
        var (_, tenant, user) = await Browser.RegisterAsync(portal);
        await using var scope = portal.Services.CreateAsyncScope();
        var owner = new Actor(tenant, user, TeamRole.Owner);
        var made = (await scope.ServiceProvider.GetRequiredService<InviteMember>().HandleAsync(owner, new(TeamRole.Viewer, "ada@example.com", null), Ct)).Value;
        var mail = await smtp.NextAsync(Ct);
        Assert.Equal((true, "ada@example.com"), (made.Mailed, mail.To));
        Assert.Contains($"https://portal.example/inspection/join/{made.Token}", mail.Text, StringComparison.Ordinal);
        // Where mail is sent an owner makes no link with which to take an account over.
        Assert.IsType<ResetByMail>((await scope.ServiceProvider.GetRequiredService<MakeResetLink>().HandleAsync(owner, user, Ct)).Error);
    }

    [Fact]
    public async Task Without_mail_an_owner_makes_a_link_for_a_member_of_this_team_alone()
    {
        var (_, team) = await MemberAsync();
        Assert.Contains("sends no mail", await Visitor().Http.GetStringAsync("/forgot-password", Ct), StringComparison.Ordinal);
        // Somebody with a team of the own besides this one.
        var (_, _, elsewhere) = await PersonAsync(team, TeamRole.Viewer);
        Assert.IsType<MemberOfOtherTeams>((await Get<MakeResetLink>().HandleAsync(team.Owner, elsewhere.User, Ct)).Error);

        var (email, member) = await InvitedAsync(team);
        var link = (await Get<MakeResetLink>().HandleAsync(team.Owner, member, Ct)).Value;
        var visitor = Visitor();
        Assert.Contains("is changed", await TextAsync(await visitor.PostFormAsync("/" + link, "reset", ("Form.Password", Another))), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync(email, Another)).StatusCode);
        Assert.Contains("has been used", await AlertOf(visitor, new Uri(visitor.Http.BaseAddress!, link), "a third password"), StringComparison.Ordinal);
        await using var context = team.Open();
        Assert.Equal(team.Owner.User, (await context.Audit.SingleAsync(e => e.Action == AuditAction.MemberResetLink, Ct)).ActorId);
    }

    [Fact]
    public async Task An_owners_link_ends_when_the_account_joins_another_team_and_is_no_mailed_link()
    {
        var (_, team) = await MemberAsync();
        var (email, member) = await InvitedAsync(team);
        var link = (await Get<MakeResetLink>().HandleAsync(team.Owner, member, Ct)).Value;
        var visitor = Visitor();
        var asMailed = TeamOfLink().Replace(link, "");
        Assert.Contains("has been used", await AlertOf(visitor, new Uri(visitor.Http.BaseAddress!, asMailed), Another), StringComparison.Ordinal);
        var (_, other) = await MemberAsync();
        await using (var context = other.Open())
        {
            context.Memberships.Add(Membership.Create(other.Tenant, member, TeamRole.Viewer, Host.Time.Now));
            await context.SaveChangesAsync(Ct);
        }

        Assert.Contains("other teams", await AlertOf(visitor, new Uri(visitor.Http.BaseAddress!, link), Another), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync(email)).StatusCode);
    }

    [Fact]
    public async Task No_owner_gets_at_the_platform_by_way_of_a_members_password()
    {
        var (_, team) = await MemberAsync();
        var (email, member) = await InvitedAsync(team);
        var link = (await Get<MakeResetLink>().HandleAsync(team.Owner, member, Ct)).Value;
        await Host.GrantAdministrationAsync(email, Ct);
        Assert.IsType<MemberOfThePlatform>((await Get<MakeResetLink>().HandleAsync(team.Owner, member, Ct)).Error);
        var visitor = Visitor();
        Assert.Contains("not yours to set", await AlertOf(visitor, new Uri(visitor.Http.BaseAddress!, link), Another), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync(email)).StatusCode);
    }

    [Fact]
    public async Task Ones_own_name_and_password_are_changed_and_other_browsers_are_out()
    {
        var (email, tenant, user) = await Browser.RegisterAsync(Host);
        var (here, there) = (Visitor(), Visitor());
        await here.SignInAsync(email);
        await there.SignInAsync(email);
        await here.PostFormAsync("/account", "name", ("Form.Name", "Ada"));
        Assert.Contains("not right", await AlertAsync(await here.PostFormAsync("/account", "password", ("Form.Old", "wrong password"), ("Form.New", Another))), StringComparison.Ordinal);
        Assert.Contains("is changed", await TextAsync(await here.PostFormAsync("/account", "password", ("Form.Old", Browser.Password), ("Form.New", Another))), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/runs")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await there.GetAsync("/runs")).StatusCode);
        var owner = new Actor(tenant, user, TeamRole.Owner);
        Assert.Equal("Ada", Assert.Single((await Get<ListTeam>().HandleAsync(owner, Ct)).Value.Items).Name);
        var actions = (await Get<ListAudit>().HandleAsync(owner, new(new(), null, 100), Ct)).Value.Items.Select(e => e.Action).ToList();
        Assert.Contains(AuditAction.ChangePassword, actions);
        Assert.Contains(AuditAction.ChangeName, actions);
        Assert.Equal(HttpStatusCode.Redirect, (await Visitor().GetAsync("/account")).StatusCode);
    }

    private static async Task<PortalHost> MailingPortalAsync(SmtpListener smtp)
    {
        var portal = new PortalHost
        {
            Settings =
            {
                ["Mail:Host"] = "127.0.0.1", ["Mail:Port"] = $"{smtp.Port}", ["Mail:Security"] = "None", ["Mail:From"] = "portal@example.com",
                ["Mail:PublicUrl"] = "https://portal.example/inspection",
            },
        };
        await portal.InitializeAsync();
        return portal;
    }

    /// <summary>A member of the team and of no other.</summary>
    private async Task<(string Email, Domain.Common.UserId User)> InvitedAsync(TeamAtWork team)
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        var token = (await Get<InviteMember>().HandleAsync(team.Owner, new(TeamRole.Engineer, null, null), Ct)).Value.Token;
        Assert.True((await Get<Invitations>().RegisterAsync(token, new NewAccount(email, Browser.Password, "New"), Ct)).Succeeded);
        return (email, (await Get<ListTeam>().HandleAsync(team.Owner, Ct)).Value.Items.Single(m => m.Email == email).User);
    }

    private static async Task<string> AlertOf(Browser browser, Uri link, string password) =>
        await AlertAsync(await browser.PostFormAsync("/reset-password" + link.Query, "reset", ("Form.Password", password)));

    /// <summary>A page's text without what is different each time.</summary>
    private static async Task<string> TextAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var page = await response.Content.ReadAsStringAsync(Ct);
        return page[page.IndexOf("<main", StringComparison.Ordinal)..page.IndexOf("</main>", StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"https://\S+")]
    private static partial Regex Link();

    [GeneratedRegex("&team=[0-9a-f]+")]
    private static partial Regex TeamOfLink();
}
