using System.Net;
using FewShotAD.Portal.Features.Account;
using FewShotAD.Portal.Tests.Support;

namespace FewShotAD.Portal.Tests.Http;

public sealed class SignInTests(PortalHost host) : HttpTest(host)
{
    private const string Wrong = "E-mail and password do not match";
    private const string Locked = "Too many failed attempts";

    [Theory]
    [InlineData("/", true)]
    [InlineData("/projects/1?verdict=defect#top", true)]
    [InlineData("/~x", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("projects", false)]
    [InlineData("//evil.example", false)]
    [InlineData("///evil.example", false)]
    [InlineData("/\\evil.example", false)]
    [InlineData("\\\\evil.example", false)]
    [InlineData("/\t/evil.example", false)]
    [InlineData("/\n/evil.example", false)]
    [InlineData("/x\r\nSet-Cookie: a=b", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData(" /projects", false)]
    public void Only_an_address_of_this_portal_is_returned_to(string? url, bool local) =>
        Assert.Equal(local ? url : "/home", LocalUrl.Or(url, "/home"));

    [Theory]
    [InlineData("/runs", "/runs")]
    [InlineData("//evil.example/x", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    public async Task Signing_in_leads_back_into_the_portal(string returnUrl, string path)
    {
        var (email, _, _) = await Browser.RegisterAsync(Host);
        var browser = Visitor();
        var response = await browser.SignInAsync(email, returnUrl: returnUrl);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        var to = new Uri(browser.Http.BaseAddress!, response.Headers.Location!);
        Assert.Equal((browser.Http.BaseAddress!.Authority, path), (to.Authority, to.PathAndQuery));
    }

    [Fact]
    public async Task A_page_sends_a_visitor_to_sign_in_and_back_and_a_member_in()
    {
        var (browser, _) = await MemberAsync();
        var visitor = await Visitor().GetAsync("/runs");
        Assert.Equal(HttpStatusCode.Redirect, visitor.StatusCode);
        Assert.Equal("/sign-in?ReturnUrl=%2Fruns", new Uri(browser.Http.BaseAddress!, visitor.Headers.Location!).PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/runs")).StatusCode);
    }

    [Fact]
    public async Task Which_accounts_exist_cannot_be_told_from_the_answer()
    {
        var (email, _, _) = await Browser.RegisterAsync(Host);
        var browser = Visitor();
        var wrong = await AlertAsync(await browser.SignInAsync(email, "not the password"));
        var unknown = await AlertAsync(await browser.SignInAsync("nobody@example.com", "not the password"));
        Assert.Contains(Wrong, wrong, StringComparison.Ordinal);
        Assert.Equal(wrong, unknown);
    }

    [Fact]
    public async Task After_five_wrong_passwords_the_right_one_does_not_help_either()
    {
        var (email, _, _) = await Browser.RegisterAsync(Host);
        var browser = Visitor();
        for (var i = 1; i <= 4; i++)
            Assert.Contains(Wrong, await AlertAsync(await browser.SignInAsync(email, $"wrong password {i}")), StringComparison.Ordinal);
        Assert.Contains(Locked, await AlertAsync(await browser.SignInAsync(email, "wrong password 5")), StringComparison.Ordinal);
        Assert.Contains(Locked, await AlertAsync(await browser.SignInAsync(email)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_right_password_clears_the_wrong_ones_before_it()
    {
        var (email, _, _) = await Browser.RegisterAsync(Host);
        var browser = Visitor();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4; i++)
                await browser.SignInAsync(email, "wrong password");
            Assert.Equal(HttpStatusCode.Redirect, (await Visitor().SignInAsync(email)).StatusCode);
        }
    }

    [Fact]
    public async Task A_form_without_its_token_signs_nobody_in()
    {
        var (email, _, _) = await Browser.RegisterAsync(Host);
        var browser = Visitor();
        var fields = new Dictionary<string, string> { ["_handler"] = "sign-in", ["Form.Email"] = email, ["Form.Password"] = Browser.Password };
        var response = await browser.Http.PostAsync("/sign-in", new FormUrlEncodedContent(fields), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/runs")).StatusCode);
    }

    [Fact]
    public async Task Signing_out_ends_it()
    {
        var (browser, _) = await MemberAsync();
        var forged = await browser.Http.PostAsync("/account/sign-out", new FormUrlEncodedContent([]), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/runs")).StatusCode);
        var response = await browser.PostFormAsync("/account/sign-out", null);
        Assert.Equal("/sign-in", response.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/runs")).StatusCode);
    }

    [Fact]
    public async Task A_fresh_installation_begins_with_its_first_team()
    {
        await using var fresh = new PortalHost();
        await fresh.InitializeAsync();
        using var http = fresh.CreateBrowser();
        var response = await http.GetAsync("/sign-in", Ct);
        Assert.Equal("/register", new Uri(http.BaseAddress!, response.Headers.Location!).AbsolutePath);
        Assert.Contains("Welcome to FewShotAD", await http.GetStringAsync("/register", Ct), StringComparison.Ordinal);
        await Browser.RegisterAsync(fresh);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/sign-in", Ct)).StatusCode);
    }
}
