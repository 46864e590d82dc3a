using System.Net;
using FewShotAD.Portal.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Http;

/// <summary>How often strangers may try, by network and by account, and that no answer tells which accounts exist.</summary>
public sealed class AttemptTests
{
    private const string Wrong = "E-mail and password do not match";
    private const string Locked = "Too many failed attempts";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_without_an_account_is_locked_as_one_with_an_account_is()
    {
        await using var portal = await PortalAsync();
        var (known, _, _) = await Browser.RegisterAsync(portal);
        using var browser = new Browser(portal);
        foreach (var email in new[] { known, "nobody@example.com" })
        {
            for (var i = 1; i <= 4; i++)
                Assert.Contains(Wrong, await TextAsync(await browser.SignInAsync(email, "wrong password")), StringComparison.Ordinal);
            Assert.Contains(Locked, await TextAsync(await browser.SignInAsync(email, "wrong password")), StringComparison.Ordinal);
            Assert.Contains(Locked, await TextAsync(await browser.SignInAsync(email, "wrong password")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Wrong_passwords_from_one_network_end_in_429_for_it_alone_and_only_for_a_while()
    {
        await using var portal = await PortalAsync(("Attempts:SignIn:PerAddress", "3"));
        var (email, _, _) = await Browser.RegisterAsync(portal);
        using var guessing = At(portal, "203.0.113.7");
        for (var i = 1; i <= 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await guessing.SignInAsync($"person{i}@example.com", "a guess")).StatusCode);
        foreach (var who in new[] { email, "nobody@example.com" })
        {
            var refused = await guessing.SignInAsync(who);
            Assert.Equal((HttpStatusCode.TooManyRequests, "900"), (refused.StatusCode, Assert.Single(refused.Headers.GetValues("Retry-After"))));
            Assert.Contains("Wait 15 min", await TextAsync(refused), StringComparison.Ordinal);
        }

        // Who is right is not counted, and who comes from elsewhere is not held up.
        using var colleague = At(portal, "203.0.113.8");
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.Redirect, (await colleague.SignInAsync(email)).StatusCode);
        portal.Time.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(HttpStatusCode.Redirect, (await guessing.SignInAsync(email)).StatusCode);
    }

    [Fact]
    public async Task One_house_with_many_addresses_of_ipv6_is_one_network()
    {
        await using var portal = await PortalAsync(("Attempts:SignIn:PerAddress", "2"));
        await Browser.RegisterAsync(portal);
        for (var i = 1; i <= 2; i++)
        {
            using var one = At(portal, $"2001:db8:1:2::{i}");
            Assert.Equal(HttpStatusCode.OK, (await one.SignInAsync("nobody@example.com", "a guess")).StatusCode);
        }

        using var third = At(portal, "2001:db8:1:2:ffff::3");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await third.SignInAsync("nobody@example.com", "a guess")).StatusCode);
        using var neighbour = At(portal, "2001:db8:1:3::1");
        Assert.Equal(HttpStatusCode.OK, (await neighbour.SignInAsync("nobody@example.com", "a guess")).StatusCode);
    }

    [Fact]
    public async Task Registrations_are_limited_by_network_and_by_address()
    {
        await using var portal = await PortalAsync(("Attempts:Register:PerAddress", "4"), ("Attempts:Register:PerAccount", "2"));
        var (taken, _, _) = await Browser.RegisterAsync(portal);
        using var guessing = At(portal, "203.0.113.7");
        foreach (var expected in new[] { HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests })
            Assert.Equal(expected, (await RegisterAsync(guessing, taken)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await RegisterAsync(guessing, "first@example.com")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await RegisterAsync(guessing, "second@example.com")).StatusCode);
        using var elsewhere = At(portal, "203.0.113.8");
        Assert.Equal(HttpStatusCode.Redirect, (await RegisterAsync(elsewhere, "second@example.com")).StatusCode);
    }

    [Fact]
    public async Task One_account_gets_so_many_mails_and_the_answer_stays_the_same()
    {
        await using var smtp = new SmtpListener();
        await using var portal = await PortalAsync(
            ("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{smtp.Port}"), ("Mail:Security", "None"), ("Mail:From", "portal@example.com"),
            ("Mail:PublicUrl", "https://portal.example"), ("Attempts:ForgotPassword:PerAccount", "2"), ("Attempts:ForgotPassword:PerAddress", "6"));
        var (email, _, _) = await Browser.RegisterAsync(portal);
        var (other, _, _) = await Browser.RegisterAsync(portal);
        using var asking = At(portal, "203.0.113.7");
        var answers = new HashSet<string>();
        foreach (var who in new[] { email, email, email, "nobody@example.com", other })
            answers.Add(await TextAsync(await ForgotAsync(asking, who)));
        Assert.Single(answers);
        // Mails go out in their order: when the last one is there, no third one is behind.
        Assert.Equal([email, email, other], [(await smtp.NextAsync(Ct)).To, (await smtp.NextAsync(Ct)).To, (await smtp.NextAsync(Ct)).To]);
        Assert.Empty(smtp.Mails);
        Assert.Equal(HttpStatusCode.OK, (await ForgotAsync(asking, email)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await ForgotAsync(asking, other)).StatusCode);
        portal.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(HttpStatusCode.OK, (await ForgotAsync(asking, email)).StatusCode);
        Assert.Equal(email, (await smtp.NextAsync(Ct)).To);
    }

    [Theory]
    [InlineData("Attempts:SignIn:PerAccount", "0")]
    [InlineData("Attempts:Register:PerAddress", "-1")]
    [InlineData("Attempts:ForgotPassword:Minutes", "0")]
    public async Task Limits_that_cannot_be_stop_the_start(string name, string value)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => PortalAsync((name, value)));
        Assert.Contains("Attempts:", refused.ToString(), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> RegisterAsync(Browser browser, string email) => browser.PostFormAsync(
        "/register", "register", ("Form.Team", "A team"), ("Form.Name", "Somebody"), ("Form.Email", email), ("Form.Password", Browser.Password));

    private static Task<HttpResponseMessage> ForgotAsync(Browser browser, string email) => browser.PostFormAsync("/forgot-password", "forgot", ("Form.Email", email));

    /// <summary>What stands on a page; the token of its form is another one each time.</summary>
    private static async Task<string> TextAsync(HttpResponseMessage response)
    {
        var page = WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Ct));
        var text = page[page.IndexOf("<main", StringComparison.Ordinal)..page.IndexOf("</main>", StringComparison.Ordinal)];
        return System.Text.RegularExpressions.Regex.Replace(text, "value=\"[^\"]*\"", "");
    }

    private static Browser At(PortalHost portal, string address)
    {
        var browser = new Browser(portal);
        browser.Http.DefaultRequestHeaders.Add(Networks.Header, address);
        return browser;
    }

    private static async Task<PortalHost> PortalAsync(params (string Name, string Value)[] settings)
    {
        var portal = new NetworkedPortal();
        foreach (var (name, value) in settings)
            portal.Settings[name] = value;
        await portal.InitializeAsync();
        return portal;
    }

    /// <summary>A portal without sockets has visitors without addresses: here a header gives one.</summary>
    private sealed class NetworkedPortal : PortalHost
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureTestServices(services => services.AddSingleton<IStartupFilter, Networks>());
        }
    }

    private sealed class Networks : IStartupFilter
    {
        public const string Header = "X-Test-Network";

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                if (IPAddress.TryParse(context.Request.Headers[Header], out var address))
                    context.Connection.RemoteIpAddress = address;
                return following(context);
            });
            next(app);
        };
    }
}
