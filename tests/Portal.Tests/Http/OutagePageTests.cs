using System.Net;
using System.Security.Claims;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Account;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using FewShotAD.TestKit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FewShotAD.Portal.Tests.Http;

/// <summary>What a browser is answered while the database is away: a real PostgreSQL, stopped.</summary>
public sealed class OutagePageTests : IAsyncLifetime
{
    private const string Page = "text/html,application/xhtml+xml,*/*;q=0.8";

    private readonly PortalHost host = new();
    private PostgresServer database = null!;
    private Browser member = null!;
    private ClaimsPrincipal principal = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await PostgresServer.StartAsync(Ct);
        host.Settings["Database:Provider"] = "PostgreSql";
        host.Settings["Database:ConnectionString"] = database.ConnectionString("outage");
        // What the queue says of the server that is stopped under it is no news here.
        host.Settings["Serilog:MinimumLevel:Override:Hangfire"] = "Fatal";
        await host.InitializeAsync();
        var (email, tenant, user) = await Browser.RegisterAsync(host);
        member = new Browser(host);
        Assert.Equal(HttpStatusCode.Redirect, (await member.SignInAsync(email)).StatusCode);
        await using var scope = host.Services.CreateAsyncScope();
        var account = (await scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>().FindByIdAsync($"{user.Value}"))!;
        principal = new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, $"{user.Value}"), new Claim(Actor.TeamClaim, tenant.ToString()), new Claim(Actor.RoleClaim, "Owner"),
                new Claim("AspNet.Identity.SecurityStamp", account.SecurityStamp!),
            ],
            "test"));
    }

    [Fact]
    public async Task Whoever_asks_while_the_database_is_away_is_told_so_and_the_same_is_there_when_it_is_back()
    {
        using var visitor = new Browser(host);
        var token = await visitor.TokenAsync();
        await database.StopAsync();

        foreach (var browser in new[] { member, visitor })
        {
            foreach (var address in new[] { "/sign-in", "/projects/01930000-0000-7000-8000-000000000000/images", "/api/v1/projects" })
            {
                if (browser == visitor && address != "/sign-in")
                    continue; // to be signed in is asked of the cookie, which is not there: no database is needed to say so
                var page = await IsToldAsync(await GetAsync(browser, address));
                Assert.Contains("This page opens by itself", page, StringComparison.Ordinal);
                Assert.Contains("http-equiv=\"refresh\" content=\"10\"", page, StringComparison.Ordinal);
            }
        }

        var sent = await IsToldAsync(await PostAsync(visitor, token));
        Assert.Contains("What you just sent is not saved", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv", sent, StringComparison.Ordinal);
        Assert.DoesNotContain(Browser.Password, sent, StringComparison.Ordinal);

        // What the page needs comes to everybody, also to a browser whose cookie cannot be held against the database.
        foreach (var file in new[] { "/css/app.css", "/css/outage.css", "/js/outage.js", "/js/theme.js", "/favicon.svg", TextsIn(sent) })
            Assert.Equal(HttpStatusCode.OK, (await member.GetAsync(file)).StatusCode);
        Assert.Equal("not ready: database", await TextAsync(await member.GetAsync("/health/database")));
        Assert.Equal("ready", await TextAsync(await member.GetAsync("/health/blobs")));

        // A program gets its problem document, a script or a circuit the number alone.
        var problem = await TextAsync(await member.GetAsync("/api/v1/projects"));
        Assert.Contains("urn:fewshotad:error:outage.database", problem, StringComparison.Ordinal);
        var picture = await member.GetAsync("/projects/01930000-0000-7000-8000-000000000000/images");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ""), (picture.StatusCode, await TextAsync(picture)));

        await database.LaunchAsync(Ct);
        Assert.Equal("ready", await TextAsync(await member.GetAsync("/health/database")));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(member, "/")).StatusCode);
    }

    [Fact]
    public async Task A_page_that_is_open_is_not_ended_because_nobody_can_be_asked_whose_it_is()
    {
        var check = host.Services.GetRequiredService<SeatCheck>();
        var seat = new LiveSeat(new Signed(principal), check, new Nowhere());
        var revalidation = new Revalidation(check);
        Assert.True(await seat.HoldsAsync(Ct));
        Assert.True(await revalidation.ValidateAsync(principal, Ct));

        await database.StopAsync();
        Assert.True(await seat.HoldsAsync(Ct));
        Assert.True(await revalidation.ValidateAsync(principal, Ct));

        await database.LaunchAsync(Ct);
        var changed = principal.Clone();
        var identity = (ClaimsIdentity)changed.Identity!;
        identity.RemoveClaim(identity.FindFirst("AspNet.Identity.SecurityStamp"));
        Assert.False(await new LiveSeat(new Signed(changed), check, new Nowhere()).HoldsAsync(Ct));
        Assert.False(await revalidation.ValidateAsync(changed, Ct));
    }

    public async ValueTask DisposeAsync()
    {
        member.Dispose();
        await host.DisposeAsync();
        await database.DisposeAsync();
    }

    private static async Task<HttpResponseMessage> GetAsync(Browser browser, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Accept", Page);
        return await browser.Http.SendAsync(request, Ct);
    }

    private static async Task<HttpResponseMessage> PostAsync(Browser browser, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in");
        request.Headers.Add("Accept", Page);
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "sign-in", ["__RequestVerificationToken"] = token, ["Form.Email"] = "somebody@example.com", ["Form.Password"] = Browser.Password,
        });
        return await browser.Http.SendAsync(request, Ct);
    }

    private static async Task<string> IsToldAsync(HttpResponseMessage response)
    {
        var page = WebUtility.HtmlDecode(await TextAsync(response));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "text/html"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(TimeSpan.FromSeconds(10), response.Headers.RetryAfter!.Delta);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Contains("default-src 'self'", response.Headers.GetValues("Content-Security-Policy").First(), StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", page.TrimStart(), StringComparison.Ordinal);
        Assert.Contains("<html lang=\"en\"", page, StringComparison.Ordinal);
        Assert.Contains("<h1>The database does not answer</h1>", page, StringComparison.Ordinal);
        Assert.Contains("role=\"status\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Npgsql", page, StringComparison.Ordinal);
        return page;
    }

    private static string TextsIn(string page)
    {
        var start = page.IndexOf("/texts/", StringComparison.Ordinal);
        return page[start..page.IndexOf('"', start)];
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(Ct);

    private sealed class Signed(ClaimsPrincipal principal) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(principal));
    }

    private sealed class Nowhere : NavigationManager
    {
        public Nowhere() => Initialize("http://localhost/", "http://localhost/");
    }

    /// <summary>What runs every half a minute, at once.</summary>
    private sealed class Revalidation(SeatCheck check) : SeatRevalidation(NullLoggerFactory.Instance, check)
    {
        public Task<bool> ValidateAsync(ClaimsPrincipal principal, CancellationToken ct) => ValidateAuthenticationStateAsync(new AuthenticationState(principal), ct);
    }
}
