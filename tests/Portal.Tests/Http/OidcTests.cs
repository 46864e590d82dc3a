using System.Net;
using System.Text.RegularExpressions;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Http;

/// <summary>Sign-in at a provider, from the button to the team and back to the button with a reason.</summary>
public sealed partial class OidcTests : IAsyncLifetime
{
    private readonly List<PortalHost> hosts = [];
    private OidcProvider provider = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => provider = await OidcProvider.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
            await host.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_provider_nothing_speaks_of_one()
    {
        var host = await HostAsync(configured: false);
        using var browser = new Browser(host);
        await Browser.RegisterAsync(host);
        Assert.DoesNotContain("data-test=\"external\"", await browser.Http.GetStringAsync("/sign-in", Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/signin-oidc?code=1&state=2")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/sign-in/external")).StatusCode);
    }

    [Theory]
    [InlineData("Oidc:Authority", "http://login.company.com", "https")]
    [InlineData("Oidc:ClientSecret", "", "ClientSecret")]
    [InlineData("Oidc:Scopes:0", "email", "openid")]
    [InlineData("Oidc:AllowedDomains:0", "ada@company.com", "without @")]
    public async Task Settings_that_cannot_work_stop_the_start_and_say_which(string name, string value, string says)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => HostAsync(settings: new() { [name] = value }));
        Assert.Contains(says, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_new_gets_a_team_of_their_own_only_where_that_is_wanted()
    {
        provider.Is("1", "new@company.com", verified: true);
        var closed = await HostAsync();
        await Browser.RegisterAsync(closed);
        using (var stranger = new Browser(closed))
            Assert.Contains("Ask an owner of a team to invite you", await SignInAsync(stranger), StringComparison.Ordinal);

        var open = await HostAsync(settings: new() { ["Oidc:Register"] = "true" });
        await Browser.RegisterAsync(open);
        using var browser = new Browser(open);
        Assert.Equal("/runs", await SignInAsync(browser, "/runs"));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/runs")).StatusCode);
        var user = await UserAsync(open, "new@company.com");
        Assert.True(user is { EmailConfirmed: true, PasswordHash: null, DisplayName: "Ada Lovelace" });
        // Another address at the provider is the same person still; a second account is not made.
        provider.Is("1", "married@company.com", verified: true);
        using var again = new Browser(open);
        Assert.Equal("/", await SignInAsync(again));
        Assert.Null(await UserAsync(open, "married@company.com"));
    }

    [Fact]
    public async Task An_address_that_has_an_account_is_linked_only_when_the_provider_vouches_for_it()
    {
        var host = await HostAsync();
        var (email, team, _) = await Browser.RegisterAsync(host);
        provider.Is("2", email, verified: false);
        using (var browser = new Browser(host))
            Assert.Contains("does not vouch", await SignInAsync(browser), StringComparison.Ordinal);
        provider.Is("2", email, verified: true);
        using var owner = new Browser(host);
        Assert.Equal("/account?done=password-gone", await SignInAsync(owner));
        // Nobody had shown before that the address was theirs, so whoever had set the password is out.
        using var squatter = new Browser(host);
        Assert.Contains("do not match", await (await squatter.SignInAsync(email)).Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        await using var context = host.Db.ForTenant(team);
        Assert.Contains(await context.Audit.Select(e => e.Action).ToListAsync(Ct), action => action == AuditAction.LoginLink);
    }

    [Fact]
    public async Task A_member_links_signs_in_and_unlinks_but_never_the_last_way_in()
    {
        var host = await HostAsync();
        var (email, _, _) = await Browser.RegisterAsync(host);
        provider.Is("3", "private@elsewhere.org", verified: true);
        using var member = new Browser(host);
        await member.SignInAsync(email);
        Assert.Equal("/account?done=linked", await SignInAsync(member, link: true));
        using (var phone = new Browser(host))
            Assert.Equal("/", await SignInAsync(phone));
        // The same login cannot be another account's as well.
        var (other, _, _) = await Browser.RegisterAsync(host);
        using (var colleague = new Browser(host))
        {
            await colleague.SignInAsync(other);
            Assert.Contains("linked with another account", await SignInAsync(colleague, link: true), StringComparison.Ordinal);
        }

        var unlinked = await member.PostFormAsync("/account", "unlink");
        Assert.Contains("Unlinked", await unlinked.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        using (var phone = new Browser(host))
            Assert.Contains("Ask an owner", await SignInAsync(phone), StringComparison.Ordinal);

        Assert.Equal("/account?done=linked", await SignInAsync(member, link: true));
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
            await users.RemovePasswordAsync((await users.FindByEmailAsync(email))!);
        }

        using var passwordless = new Browser(host);
        await SignInAsync(passwordless);
        var kept = await passwordless.PostFormAsync("/account", "unlink");
        Assert.Contains("your only way in", await kept.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_link_cannot_be_finished_by_somebody_else()
    {
        var host = await HostAsync();
        var (victim, _, _) = await Browser.RegisterAsync(host);
        var (other, _, _) = await Browser.RegisterAsync(host);
        provider.Is("4", "attacker@elsewhere.org", verified: true);
        using var browser = new Browser(host);
        await browser.SignInAsync(other);
        var back = await provider.VisitAsync(await BeginAsync(browser, "/", link: true));
        await browser.PostFormAsync("/account/sign-out", null);
        await browser.SignInAsync(victim);
        var done = await browser.GetAsync(new Uri(browser.Http.BaseAddress!, (await browser.GetAsync(back)).Headers.Location!).PathAndQuery);
        Assert.Contains("not signed in as the one who began", WebUtility.HtmlDecode(await done.Content.ReadAsStringAsync(Ct)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_lets_somebody_in_with_the_provider()
    {
        var host = await HostAsync();
        var (_, tenant, user) = await Browser.RegisterAsync(host);
        await using var scope = host.Services.CreateAsyncScope();
        var invited = await scope.ServiceProvider.GetRequiredService<InviteMember>().HandleAsync(
            new Portal.Shared.Actor(tenant, user, TeamRole.Owner), new InviteMember.Request(TeamRole.Reviewer, null, TimeSpan.FromDays(1)), Ct);
        provider.Is("5", "reviewer@company.com", verified: false);
        using var browser = new Browser(host);
        Assert.Contains("data-test=\"external\"", await browser.Http.GetStringAsync($"/join/{invited.Value.Token}", Ct), StringComparison.Ordinal);
        Assert.Equal("/", await SignInAsync(browser, invitation: invited.Value.Token));
        await using var context = host.Db.ForTenant(tenant);
        var reviewer = (await UserAsync(host, "reviewer@company.com"))!;
        Assert.Equal(TeamRole.Reviewer, (await context.Memberships.SingleAsync(m => m.UserId == new UserId(reviewer.Id), Ct)).Role);
        provider.Is("6", "second@company.com", verified: true);
        using var second = new Browser(host);
        Assert.Contains("has been used", await SignInAsync(second, invitation: invited.Value.Token), StringComparison.Ordinal);
        Assert.Null(await UserAsync(host, "second@company.com"));
    }

    [Theory]
    [InlineData("ada@company.com", true, true)]
    [InlineData("ada@COMPANY.com", true, true)]
    [InlineData("ada@company.com", false, false)]
    [InlineData("ada@evil-company.com", true, false)]
    [InlineData("ada@company.com.evil.org", true, false)]
    [InlineData(null, true, false)]
    public async Task Only_verified_addresses_of_the_domains_come_in(string? email, bool verified, bool enters)
    {
        var host = await HostAsync(settings: new() { ["Oidc:Register"] = "true", ["Oidc:AllowedDomains:0"] = "company.com" });
        await Browser.RegisterAsync(host);
        provider.Is("7", email, verified);
        using var browser = new Browser(host);
        var ended = await SignInAsync(browser);
        Assert.Equal(enters, ended == "/");
        if (!enters)
            Assert.Contains("certain domains only", ended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_trusted_signs_nobody_in_and_says_so()
    {
        var host = await HostAsync(settings: new() { ["Oidc:Register"] = "true" });
        await Browser.RegisterAsync(host);
        provider.Is("8", "ada@company.com", verified: true);
        using var browser = new Browser(host);
        provider.IsForged = true;
        Assert.Contains("could not be trusted", await SignInAsync(browser), StringComparison.Ordinal);
        provider.IsForged = false;
        provider.Age = TimeSpan.FromHours(2);
        Assert.Contains("could not be trusted", await SignInAsync(browser), StringComparison.Ordinal);
        provider.Age = TimeSpan.Zero;
        provider.SaysAnotherNonce = true;
        Assert.Contains("Begin again", await SignInAsync(browser), StringComparison.Ordinal);
        provider.SaysAnotherNonce = false;

        // An answer that another browser asked for, and one that comes a second time.
        var back = await provider.VisitAsync(await BeginAsync(browser, "/"));
        using (var other = new Browser(host))
            Assert.Contains("Begin again", await EndAsync(other, back), StringComparison.Ordinal);
        Assert.Equal("/", await EndAsync(browser, back));
        using var fresh = new Browser(host);
        Assert.Contains("Begin again", await EndAsync(fresh, back), StringComparison.Ordinal);
        Assert.Contains("Begin again", await EndAsync(fresh, "/signin-oidc?code=x&state=y"), StringComparison.Ordinal);
        Assert.Contains("did not let you in", await EndAsync(fresh, new Uri("http://x" + await provider.VisitAsync(await BeginAsync(fresh, "/"))).PathAndQuery.Replace("code=", "error=access_denied&was=", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await fresh.GetAsync("/runs")).StatusCode);
    }

    [Fact]
    public async Task A_locked_account_stays_out_and_another_host_is_never_returned_to()
    {
        var host = await HostAsync();
        var (email, _, _) = await Browser.RegisterAsync(host);
        provider.Is("9", "me@elsewhere.org", verified: true);
        using var member = new Browser(host);
        await member.SignInAsync(email);
        await SignInAsync(member, link: true);
        using var browser = new Browser(host);
        foreach (var elsewhere in new[] { "//evil.example", "https://evil.example", "/\\evil.example" })
            Assert.Equal("/", await SignInAsync(browser, elsewhere));
        using var guesser = new Browser(host);
        for (var i = 0; i < 5; i++)
            await guesser.SignInAsync(email, "wrong password");
        using var locked = new Browser(host);
        Assert.Contains("Too many failed attempts", await SignInAsync(locked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_is_down_is_said_to_be_and_passwords_go_on()
    {
        var host = await HostAsync();
        var (email, _, _) = await Browser.RegisterAsync(host);
        await provider.StopAsync();
        using var browser = new Browser(host);
        var answer = await browser.PostFormAsync("/sign-in/external", "external", ("Form.ReturnUrl", "/"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("cannot be reached", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SignInAsync(email)).StatusCode);
    }

    private async Task<PortalHost> HostAsync(bool configured = true, Dictionary<string, string>? settings = null)
    {
        var host = new PortalHost();
        hosts.Add(host);
        if (configured)
        {
            foreach (var (name, value) in new Dictionary<string, string>
            {
                ["Oidc:Authority"] = provider.Address, ["Oidc:ClientId"] = OidcProvider.ClientId, ["Oidc:ClientSecret"] = OidcProvider.ClientSecret, ["Oidc:DisplayName"] = "Works",
            })
                host.Settings[name] = value;
        }

        foreach (var (name, value) in settings ?? [])
            host.Settings[name] = value;
        await host.InitializeAsync();
        return host;
    }

    private static async Task<PortalUser?> UserAsync(PortalHost host, string email)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>().FindByEmailAsync(email);
    }

    /// <summary>The whole way.</summary>
    /// <returns>Where the person is sent in the end, or the page that they see instead.</returns>
    private async Task<string> SignInAsync(Browser browser, string returnUrl = "/", string? invitation = null, bool link = false) =>
        await EndAsync(browser, await provider.VisitAsync(await BeginAsync(browser, returnUrl, invitation, link)));

    private static async Task<string> BeginAsync(Browser browser, string returnUrl, string? invitation = null, bool link = false)
    {
        var fields = new List<(string, string)> { ("Form.ReturnUrl", returnUrl) };
        if (invitation is not null)
            fields.Add(("Form.Invitation", invitation));
        if (link)
            fields.Add(("Form.Link", "true"));
        var answer = await browser.PostFormAsync("/sign-in/external", "external", [.. fields]);
        var page = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return WebUtility.HtmlDecode(ToProvider().Match(page).Groups[1].Value);
    }

    private static async Task<string> EndAsync(Browser browser, string back)
    {
        var address = back;
        for (var i = 0; i < 5; i++)
        {
            var answer = await browser.GetAsync(address);
            if (answer.StatusCode is not (HttpStatusCode.Redirect or HttpStatusCode.SeeOther))
                return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Ct));
            var to = new Uri(browser.Http.BaseAddress!, answer.Headers.Location!);
            Assert.Equal(browser.Http.BaseAddress!.Authority, to.Authority);
            if (!to.AbsolutePath.StartsWith("/sign-in/done", StringComparison.Ordinal))
                return to.PathAndQuery;
            address = to.PathAndQuery;
        }

        throw new InvalidOperationException("Sent round in a circle.");
    }

    [GeneratedRegex("href=\"([^\"]+)\" data-test=\"to-provider\"")]
    private static partial Regex ToProvider();
}
