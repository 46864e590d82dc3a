using System.Net;
using System.Text.RegularExpressions;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using FewShotAD.TestKit;

namespace FewShotAD.Portal.Tests.Languages;

/// <summary>A portal beside which a translation lies.</summary>
public sealed class TranslatedHost : PortalHost
{
    public override ValueTask InitializeAsync()
    {
        PseudoLocale.Install(typeof(App).Assembly, AppContext.BaseDirectory);
        return base.InitializeAsync();
    }
}

/// <summary>Pages and their scripts are in the language that the browser asks for, where it is installed.</summary>
public sealed partial class LanguageTests(TranslatedHost host) : HttpTest(host), IClassFixture<TranslatedHost>
{
    [Theory]
    [InlineData(PseudoLocale.Name)]
    [InlineData(PseudoLocale.Name + ";q=0.9, en;q=0.5")]
    public async Task A_page_is_in_the_language_of_the_browser(string asked)
    {
        var page = WebUtility.HtmlDecode(await PageAsync("/forgot-password", asked));
        Assert.Contains($"<h1>{PseudoLocale.Of("A new password")}</h1>", page, StringComparison.Ordinal);
        Assert.Contains($"<html lang=\"{PseudoLocale.Name}\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("en-GB")]
    [InlineData("fr-CA, fr;q=0.9")]
    [InlineData("nonsense!")]
    public async Task Where_a_language_is_not_installed_a_page_is_in_English(string? asked)
    {
        var page = WebUtility.HtmlDecode(await PageAsync("/forgot-password", asked));
        Assert.Contains("<h1>A new password</h1>", page, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"en\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/register")]
    [InlineData("/forgot-password")]
    [InlineData("/reset-password?user=x&token=y")]
    [InlineData("/join/nobody-made-this")]
    [InlineData("/failed")]
    public async Task A_page_without_a_circuit_says_nothing_that_is_not_translated(string address)
    {
        // Before the first team there is one page only.
        await Browser.RegisterAsync(Host);
        var page = await PageAsync(address, PseudoLocale.Name);
        var body = page[page.IndexOf("<body", StringComparison.Ordinal)..];
        var seen = Tag().Split(Data().Replace(body, " ")).Concat(Read().Matches(body).Select(match => match.Groups["value"].Value)).Select(WebUtility.HtmlDecode);
        Assert.DoesNotContain(seen, text => Plain().IsMatch(text!.Replace("FewShotAD", "", StringComparison.Ordinal)));
        Assert.Contains("<h1", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PseudoLocale.Name)]
    [InlineData("en")]
    public async Task The_texts_of_scripts_come_in_the_language_of_the_page_and_are_kept(string asked)
    {
        using var visitor = Host.CreateBrowser();
        var address = Script().Match(await PageAsync("/forgot-password", asked)).Value;
        using var answer = await visitor.GetAsync(address, Ct);
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(TimeSpan.FromDays(365), answer.Headers.CacheControl!.MaxAge);
        var script = await answer.Content.ReadAsStringAsync(Ct);
        var texts = System.Text.Json.JsonDocument.Parse(script["globalThis.fewShotTexts = ".Length..^2]).RootElement;
        Assert.Equal(asked == "en" ? "Uploads" : PseudoLocale.Of("Uploads"), texts.GetProperty("Uploads").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(address.Replace(".js", "0.js", StringComparison.Ordinal), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/texts/fr/{Path.GetFileName(address)}", Ct)).StatusCode);
    }

    [Theory]
    [InlineData("{0} of {1}", "1000 of 2.5")]
    [InlineData("{1:0.00} comes before {0:0}", "2.50 comes before 1000")]
    [InlineData("{0:N0} – {part} {x}", "1,000 – {part} {x}")]
    public void Values_stand_where_a_text_puts_them(string text, string said) =>
        Assert.Equal(said, text.With(1000, 2.5));

    [Theory]
    [InlineData(0, "0 images")]
    [InlineData(1, "1 image")]
    [InlineData(1200, "1,200 images")]
    public void A_text_that_counts_is_the_one_for_its_number(int count, string said) => Assert.Equal(said, Plural.Of(count, "{0} image", "{0:N0} images"));

    private async Task<string> PageAsync(string address, string? language)
    {
        using var visitor = Host.CreateBrowser();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (language is not null)
            request.Headers.TryAddWithoutValidation("Accept-Language", language);
        using var answer = await visitor.SendAsync(request, Ct);
        return await answer.Content.ReadAsStringAsync(Ct);
    }

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    /// <summary>Scripts, and what is English in every language: errors.</summary>
    [GeneratedRegex("<script.*?</script>|<p [^>]*data-test=\"(trace|join-refused)\">.*?</p>|<div class=\"fs-alert\".*?</div>", RegexOptions.Singleline)]
    private static partial Regex Data();

    [GeneratedRegex("(?:title|alt|placeholder|aria-label)=\"(?<value>[^\"]*)\"")]
    private static partial Regex Read();

    [GeneratedRegex("[A-Za-z]{2,}")]
    private static partial Regex Plain();

    [GeneratedRegex("/texts/[^\"]+")]
    private static partial Regex Script();
}
