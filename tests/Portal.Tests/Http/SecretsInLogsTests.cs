using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Features.Webhooks;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Core;
using Serilog.Events;

namespace FewShotAD.Portal.Tests.Http;

/// <summary>The ways that have to do with secrets, with everything logged that anything logs: none of the secrets is in it.</summary>
public sealed partial class SecretsInLogsTests
{
    private readonly Dictionary<string, string> secrets = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_password_key_token_cookie_or_secret_is_ever_logged()
    {
        await using var provider = await OidcProvider.StartAsync();
        await using var smtp = new SmtpListener();
        await using var portal = new LoggedPortal(provider, smtp);
        secrets["account key of the blob storage"] = LoggedPortal.AccountKey;
        secrets["client secret"] = OidcProvider.ClientSecret;
        await portal.InitializeAsync();

        await Browser.RegisterAsync(portal); // with nobody registered the sign-in page sends on
        using var browser = new Browser(portal);
        var (email, owner) = await RegisterAsync(portal, browser);
        await JoinAsync(portal, owner);
        await ForgetAsync(portal, smtp, email);
        await UseKeyAsync(portal, owner);
        await UseWebhookAsync(portal, owner);
        await UseProviderAsync(portal, provider);
        foreach (var file in Directory.GetFiles(Path.Combine(portal.DataDirectory, "keys"), "*.xml"))
            secrets[$"master key in {Path.GetFileName(file)}"] = MasterKey().Match(await File.ReadAllTextAsync(file, Ct)).Groups[1].Value;

        // What can fail: a great deal was logged, the addresses with secrets among it, cleaned.
        var all = portal.Sink.Texts;
        Assert.True(all.Count > 1_000, $"Only {all.Count} lines were logged.");
        Assert.Contains(all, text => text.Contains("/join/…", StringComparison.Ordinal));
        Assert.Contains(all, text => text.Contains("token=…", StringComparison.Ordinal));
        Assert.Contains(all, text => text.Contains("/api/v1/projects", StringComparison.Ordinal));
        Assert.True(secrets.Count >= 14, $"Only {secrets.Count} secrets: {string.Join(", ", secrets.Keys)}");
        Assert.All(secrets, secret => Assert.True(secret.Value.Length >= 8, $"The {secret.Key} is too short to look for."));
        var told = from secret in secrets
                   let line = all.FirstOrDefault(text => text.Contains(secret.Value, StringComparison.Ordinal) || text.Contains(Uri.EscapeDataString(secret.Value), StringComparison.Ordinal))
                   where line is not null
                   select $"The {secret.Key} was logged: {line}";
        Assert.Empty(told);
    }

    [Theory]
    [InlineData("GET /join/AbC_-123?account=true", "GET /join/…?account=true")]
    [InlineData("value join/AbC_-123 of path", "value join/… of path")]
    [InlineData("/reset-password?user=1&token=abc%3D&x=1", "/reset-password?user=1&token=…&x=1")]
    [InlineData("Authorization: Bearer eyJhbGciOi.x.y", "Authorization: Bearer …")]
    [InlineData("key fsad_abcdefghijklmnop0123 of line 4", "key fsad_… of line 4")]
    [InlineData("/projects/1/images?split=test", "/projects/1/images?split=test")]
    public void What_looks_like_a_secret_is_taken_out_and_the_rest_is_left(string text, string clean) => Assert.Equal(clean, SecretsInLogs.Clean(text));

    private async Task<(string Email, Actor Owner)> RegisterAsync(PortalHost portal, Browser browser)
    {
        secrets["password"] = "the first password of all";
        secrets["wrong password"] = "a wrong guess at it";
        secrets["new password"] = "the password after it";
        var email = "ada@example.com";
        secrets["antiforgery token"] = await browser.TokenAsync();
        KeepCookies("register", await browser.PostFormAsync(
            "/register", "register", ("Form.Team", "A team"), ("Form.Name", "Ada"), ("Form.Email", email), ("Form.Password", secrets["password"])));
        using var again = new Browser(portal);
        await again.SignInAsync(email, secrets["wrong password"]);
        KeepCookies("sign-in", await again.SignInAsync(email, secrets["password"]));
        await again.PostFormAsync("/account", "password", ("Form.Old", secrets["password"]), ("Form.New", secrets["new password"]));
        await using var scope = portal.Services.CreateAsyncScope();
        var user = (await scope.ServiceProvider.GetRequiredService<Microsoft.AspNetCore.Identity.UserManager<Infrastructure.Persistence.PortalUser>>().FindByEmailAsync(email))!;
        var membership = (await scope.ServiceProvider.GetRequiredService<Infrastructure.Identity.Accounts>().FindMembershipsAsync(new(user.Id), Ct)).Single();
        secrets["security stamp"] = user.SecurityStamp!;
        secrets["hash of the password"] = user.PasswordHash!;
        return (email, new Actor(membership.Tenant, new(user.Id), TeamRole.Owner));
    }

    private async Task JoinAsync(PortalHost portal, Actor owner)
    {
        await using var scope = portal.Services.CreateAsyncScope();
        secrets["invitation"] = (await scope.ServiceProvider.GetRequiredService<InviteMember>().HandleAsync(owner, new(TeamRole.Viewer, null, null), Ct)).Value.Token;
        secrets["password of the guest"] = "a guest has a password too";
        using var guest = new Browser(portal);
        Assert.Equal(HttpStatusCode.OK, (await guest.GetAsync($"/join/{secrets["invitation"]}")).StatusCode);
        KeepCookies("join", await guest.PostFormAsync(
            $"/join/{secrets["invitation"]}", "join", ("Form.Name", "Guest"), ("Form.Email", "guest@example.com"), ("Form.Password", secrets["password of the guest"])));
    }

    private async Task ForgetAsync(PortalHost portal, SmtpListener smtp, string email)
    {
        using var browser = new Browser(portal);
        await browser.PostFormAsync("/forgot-password", "forgot", ("Form.Email", email));
        var link = new Uri(Link().Match((await smtp.NextAsync(Ct)).Text).Value);
        secrets["mailed link"] = link.Query.Split("token=")[1];
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/reset-password" + link.Query)).StatusCode);
        secrets["password by mail"] = "the last password of all";
        await browser.PostFormAsync("/reset-password" + link.Query, "reset", ("Form.Password", secrets["password by mail"]));
    }

    private async Task UseKeyAsync(PortalHost portal, Actor owner)
    {
        await using var scope = portal.Services.CreateAsyncScope();
        secrets["API key"] = (await scope.ServiceProvider.GetRequiredService<CreateApiKey>().HandleAsync(owner, new("A program", TeamPermissionRules.Scopes, 600, null), Ct)).Value.Token;
        secrets["unknown API key"] = ApiKey.TokenPrefix + SecretToken.Create();
        foreach (var (key, status) in new[] { (secrets["API key"], HttpStatusCode.OK), (secrets["unknown API key"], HttpStatusCode.Unauthorized) })
        {
            using var http = portal.CreateBrowser();
            http.DefaultRequestHeaders.Authorization = new("Bearer", key);
            Assert.Equal(status, (await http.GetAsync("/api/v1/projects", Ct)).StatusCode);
            Assert.Equal(status == HttpStatusCode.OK ? HttpStatusCode.BadRequest : status, (await http.PostAsync("/api/v1/projects", new StringContent("{", null, "application/json"), Ct)).StatusCode);
        }
    }

    private async Task UseWebhookAsync(PortalHost portal, Actor owner)
    {
        secrets["address of a webhook"] = "a-secret-part-of-the-address";
        await using var scope = portal.Services.CreateAsyncScope();
        var made = (await scope.ServiceProvider.GetRequiredService<CreateWebhook>().HandleAsync(
            owner, new("MES", $"https://mes.invalid/hook/{secrets["address of a webhook"]}", HappeningKinds.RunFinished), Ct)).Value;
        secrets["secret of a webhook"] = made.Secret;
        await using var context = portal.Db.ForTenant(owner.Tenant);
        var webhook = await context.Webhooks.SingleAsync(Ct);
        Assert.True((await scope.ServiceProvider.GetRequiredService<PingWebhook>().HandleAsync(owner, webhook.Id, Ct)).Succeeded);
        for (var i = 0; i < 400 && !await context.WebhookDeliveries.AsNoTracking().AnyAsync(d => d.Attempts > 0, Ct); i++)
            await Task.Delay(25, Ct);
        Assert.True(await context.WebhookDeliveries.AsNoTracking().AnyAsync(d => d.Attempts > 0, Ct), "The ping was not tried.");
    }

    private async Task UseProviderAsync(PortalHost portal, OidcProvider provider)
    {
        provider.Is("1", "grace@example.com", verified: true);
        using var browser = new Browser(portal);
        var begun = await (await browser.PostFormAsync("/sign-in/external", "external", ("Form.ReturnUrl", "/"))).Content.ReadAsStringAsync(Ct);
        var back = await provider.VisitAsync(WebUtility.HtmlDecode(ToProvider().Match(begun).Groups[1].Value));
        var returned = await browser.GetAsync(back);
        Assert.Equal(HttpStatusCode.Redirect, returned.StatusCode);
        KeepCookies("provider", returned);
        await browser.GetAsync(new Uri(browser.Http.BaseAddress!, returned.Headers.Location!).PathAndQuery);
        secrets["code of the provider"] = provider.Codes.Single();
    }

    private void KeepCookies(string way, HttpResponseMessage response)
    {
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var (name, value) = (cookie.Split('=')[0], cookie.Split('=', 2)[1].Split(';')[0]);
            if (value.Length > 20)
                secrets[$"cookie {name} of {way}"] = value;
        }
    }

    [GeneratedRegex(@"https://\S+")]
    private static partial Regex Link();

    [GeneratedRegex("<value>([^<]+)</value>")]
    private static partial Regex MasterKey();

    [GeneratedRegex("href=\"([^\"]+)\" data-test=\"to-provider\"")]
    private static partial Regex ToProvider();

    /// <summary>A portal in which everything logs all it can, with the portal's own way of logging.</summary>
    private sealed class LoggedPortal : PortalHost
    {
        public const string AccountKey = "c2VjcmV0IG9mIHRoZSBzdG9yYWdlIGFjY291bnQ=";

        public LoggedPortal(OidcProvider provider, SmtpListener smtp)
        {
            foreach (var category in new[] { "Default", "Override:Microsoft", "Override:Microsoft.Hosting.Lifetime", "Override:Hangfire", "Override:System" })
                Settings[$"Serilog:MinimumLevel:{category}"] = "Verbose";
            Settings["Serilog:WriteTo:0:Args:restrictedToMinimumLevel"] = "Fatal";
            foreach (var (name, value) in new[]
            {
                ("Oidc:Authority", provider.Address), ("Oidc:ClientId", OidcProvider.ClientId), ("Oidc:ClientSecret", OidcProvider.ClientSecret), ("Oidc:DisplayName", "Works"),
                ("Oidc:Register", "true"), ("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{smtp.Port}"), ("Mail:Security", "None"), ("Mail:From", "portal@example.com"),
                ("Mail:PublicUrl", "https://portal.example"),
                ("Blobs:Azure:ConnectionString", $"DefaultEndpointsProtocol=https;AccountName=plant;AccountKey={AccountKey}"),
            })
                Settings[name] = value;
        }

        public Sink Sink { get; } = new();

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureTestServices(services => services.AddSingleton<ILogEventSink>(Sink));
        }
    }

    private sealed class Sink : ILogEventSink
    {
        private readonly ConcurrentQueue<string> texts = new();

        public IReadOnlyCollection<string> Texts => texts;

        public void Emit(LogEvent logEvent) => texts.Enqueue(
            $"{logEvent.RenderMessage(null)} | {string.Join(", ", logEvent.Properties.Select(p => $"{p.Key}={p.Value}"))} | {logEvent.Exception}");
    }
}
