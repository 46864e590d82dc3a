using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Http;

/// <summary>Tests through HTTP: a person with an account, signed in at a browser.</summary>
public abstract class HttpTest(PortalHost host) : IAsyncLifetime
{
    private AsyncServiceScope scope;
    private readonly List<Browser> browsers = [];
    private readonly List<RestProgram> programs = [];

    protected PortalHost Host { get; } = host;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        scope = Host.Services.CreateAsyncScope();
        return ValueTask.CompletedTask;
    }

    internal Browser Visitor()
    {
        var browser = new Browser(Host);
        browsers.Add(browser);
        return browser;
    }

    /// <summary>A signed-in member of a new team, and the team.</summary>
    internal async Task<(Browser Browser, TeamAtWork Team)> MemberAsync(TeamRole role = TeamRole.Owner)
    {
        var (browser, team, _) = await OwnerAsync(role);
        return (browser, team);
    }

    /// <summary>The same, and the member's address.</summary>
    internal async Task<(Browser Browser, TeamAtWork Team, string Email)> OwnerAsync(TeamRole role = TeamRole.Owner)
    {
        var (email, tenant, user) = await Browser.RegisterAsync(Host, role);
        var browser = Visitor();
        var signedIn = await browser.SignInAsync(email);
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        return (browser, new TeamAtWork(Host, scope.ServiceProvider, new Actor(tenant, user, TeamRole.Owner)), email);
    }

    /// <summary>A person of a team, known by e-mail and id as well.</summary>
    internal async Task<(Browser Browser, string Email, Actor Actor)> PersonAsync(TeamAtWork team, TeamRole role)
    {
        var (email, _, user) = await Browser.RegisterAsync(Host);
        await using (var context = team.Open())
        {
            context.Memberships.Add(Membership.Create(team.Tenant, user, role, Host.Time.Now));
            await context.SaveChangesAsync(Ct);
        }

        var browser = Visitor();
        await browser.SignInAsync(email);
        var switched = await browser.PostFormAsync("/account/switch-team", null, ("team", team.Tenant.ToString()));
        Assert.Equal(HttpStatusCode.Redirect, switched.StatusCode);
        return (browser, email, new Actor(team.Tenant, user, role));
    }

    protected T Get<T>()
        where T : notnull => scope.ServiceProvider.GetRequiredService<T>();

    /// <summary>What a page says with role “alert”.</summary>
    protected static async Task<string> AlertAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var page = WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Ct));
        var start = page.IndexOf("role=\"alert\">", StringComparison.Ordinal);
        Assert.True(start > 0, "The page shows no alert.");
        return page[start..page.IndexOf("</div>", start, StringComparison.Ordinal)];
    }

    /// <summary>A program of the team with a key of these scopes.</summary>
    internal async Task<RestProgram> ProgramAsync(TeamAtWork team, TeamPermissions scopes = TeamPermissionRules.Scopes)
    {
        var program = new RestProgram(Host, team, await KeyAsync(team, scopes, ApiKey.MaxRequestsPerMinute));
        programs.Add(program);
        return program;
    }

    /// <summary>A new team and a program with all scopes.</summary>
    internal async Task<(RestProgram Program, TeamAtWork Team)> ProgramAsync()
    {
        var (_, tenant, user) = await Browser.RegisterAsync(Host);
        var team = new TeamAtWork(Host, scope.ServiceProvider, new Actor(tenant, user, TeamRole.Owner));
        return (await ProgramAsync(team), team);
    }

    internal async Task<string> KeyAsync(TeamAtWork team, TeamPermissions scopes, int perMinute = ApiKey.DefaultRequestsPerMinute, TimeSpan? expiresIn = null)
    {
        var (key, token) = ApiKey.Create(team.Tenant, "A program", scopes, perMinute, expiresIn is { } span ? Host.Time.Now + span : null, team.Owner.User, Host.Time.Now).Value;
        await using var context = team.Open();
        context.ApiKeys.Add(key);
        await context.SaveChangesAsync(Ct);
        return token;
    }

    protected async Task<T> ReadAsync<T>(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<T>(RestProgram.JsonOf(Host), Ct))!;

    /// <summary>Asserts a problem document of one of our errors.</summary>
    protected static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Ct));
        Assert.Equal($"urn:fewshotad:error:{code}", problem.RootElement.GetProperty("type").GetString());
        Assert.Equal((int)status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.RootElement.GetProperty("detail").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in browsers)
            browser.Dispose();
        foreach (var program in programs)
            program.Dispose();
        await scope.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
