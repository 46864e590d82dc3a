using System.Net;
using System.Text.RegularExpressions;
using FewShotAD.Domain.Common;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Http;

public sealed partial class HostingTests(PortalHost host) : HttpTest(host)
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/sign-in")]
    [InlineData("/runs")]
    [InlineData("/no/such/page")]
    [InlineData("/api/v1/no/such/thing")]
    [InlineData("/api/v1/images/01930000-0000-7000-8000-000000000000/view")]
    [InlineData("/css/app.css")]
    public async Task Every_answer_carries_the_security_headers(string address)
    {
        var response = await Visitor().GetAsync(address);
        // Ours is first; Blazor may add a policy of its own, and a browser obeys both.
        var policy = response.Headers.GetValues("Content-Security-Policy").First();
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("'unsafe-inline'", Directive(policy, "script-src"), StringComparison.Ordinal);
        Assert.DoesNotContain("'unsafe-eval'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Resource-Policy")));
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/register")]
    public async Task Every_inline_script_carries_the_nonce_of_its_answer(string address)
    {
        await Browser.RegisterAsync(Host); // with nobody registered the sign-in page sends on
        var (first, second) = (await PageAsync(address), await PageAsync(address));
        Assert.NotEqual(first.Nonce, second.Nonce);
        Assert.NotEmpty(first.InlineScripts);
        Assert.All(first.InlineScripts, script => Assert.Contains($"nonce=\"{first.Nonce}\"", WebUtility.HtmlDecode(script), StringComparison.Ordinal));
        Assert.DoesNotMatch(InlineHandler(), first.Html);
    }

    [Fact]
    public async Task Over_https_a_browser_is_told_to_stay_with_it()
    {
        using var client = Host.CreateClient(new() { BaseAddress = new Uri("https://inspection.example"), AllowAutoRedirect = false });
        var response = await client.GetAsync("/sign-in", Ct);
        Assert.Contains("max-age=31536000", Assert.Single(response.Headers.GetValues("Strict-Transport-Security")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Liveness_asks_nobody_who_they_are()
    {
        var response = await Visitor().GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("live", await response.Content.ReadAsStringAsync(Ct));
    }

    [Theory]
    [InlineData("/no/such/page")]
    [InlineData("/projectz")]
    public async Task An_unknown_page_is_404_with_the_portals_own_page(string address)
    {
        var (browser, _) = await MemberAsync();
        var response = await browser.GetAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        // The document that starts the pages; its router shows “not found” for this address.
        Assert.Contains("_framework/blazor.web.js", await response.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_address_of_the_api_is_404_without_a_page()
    {
        var (browser, _) = await MemberAsync();
        var response = await browser.GetAsync("/api/v1/no/such/thing");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.DoesNotContain("<html", await response.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_breaks_says_so_in_words_and_a_program_gets_a_problem_document()
    {
        await using var fresh = new PortalHost();
        await fresh.InitializeAsync();
        await using (var context = fresh.Db.ForTenant(new TenantId(Guid.NewGuid())))
        {
            await context.Database.OpenConnectionAsync(Ct);
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = """DROP TABLE "Invitations"; DROP TABLE "ApiKeys";""";
            await command.ExecuteNonQueryAsync(Ct);
        }

        using var client = fresh.CreateBrowser();
        var page = await client.GetAsync("/join/no-such-invitation", Ct);
        Assert.Equal((HttpStatusCode.InternalServerError, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
        var text = await page.Content.ReadAsStringAsync(Ct);
        Assert.Contains("Something went wrong", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SQLite", text, StringComparison.OrdinalIgnoreCase);

        client.DefaultRequestHeaders.Authorization = new("Bearer", "fsad_of-nobody");
        var answer = await client.GetAsync("/api/v1/projects", Ct);
        Assert.Equal((HttpStatusCode.InternalServerError, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.DoesNotContain("SQLite", await answer.Content.ReadAsStringAsync(Ct), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_form_sent_to_no_page_is_not_answered_with_one()
    {
        var response = await Visitor().Http.PostAsync("/no/such/page", new FormUrlEncodedContent([]), Ct);
        Assert.False(response.IsSuccessStatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Ct));
    }

    [Theory]
    [InlineData("/css/app.css")]
    [InlineData("/js/upload.js")]
    [InlineData("/favicon.svg")]
    public async Task The_files_of_the_pages_are_served_to_everybody(string address) =>
        Assert.Equal(HttpStatusCode.OK, (await Visitor().GetAsync(address)).StatusCode);

    [Fact]
    public async Task The_session_cookie_is_out_of_reach_of_scripts_and_other_sites()
    {
        var (email, _, _) = await Browser.RegisterAsync(Host);
        var response = await Visitor().SignInAsync(email);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"), c => c.StartsWith("fewshotad=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Over_https_cookies_are_sent_over_https_only()
    {
        using var client = Host.CreateClient(new() { BaseAddress = new Uri("https://inspection.example"), AllowAutoRedirect = false, HandleCookies = false });
        var response = await client.GetAsync("/sign-in", Ct);
        Assert.All(response.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase));
    }

    private async Task<(string Html, string Nonce, List<string> InlineScripts)> PageAsync(string address)
    {
        var response = await Visitor().GetAsync(address);
        var html = await response.Content.ReadAsStringAsync(Ct);
        var nonce = NonceIn().Match(response.Headers.GetValues("Content-Security-Policy").First()).Groups[1].Value;
        return (html, nonce, [.. ScriptTag().Matches(html).Select(m => m.Value).Where(tag => !tag.Contains(" src=", StringComparison.Ordinal))]);
    }

    private static string Directive(string policy, string name) =>
        policy.Split(';', StringSplitOptions.TrimEntries).Single(directive => directive.StartsWith(name + " ", StringComparison.Ordinal));

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex NonceIn();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex ScriptTag();

    [GeneratedRegex("<[^>]* on[a-z]+=")]
    private static partial Regex InlineHandler();
}
