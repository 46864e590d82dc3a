using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;

namespace FewShotAD.Portal.Tests.Teams;

public sealed class AuditEndpointTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task Pages_go_back_to_the_first_entry_without_a_gap()
    {
        var (browser, team) = await MemberAsync();
        for (var i = 0; i < 5; i++)
            await team.ProjectAsync();
        var numbers = new List<long>();
        string? cursor = null;
        do
        {
            var page = await JsonAsync(browser, $"/api/v1/audit?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}");
            numbers.AddRange(page.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("sequence").GetInt64()));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        // The team's beginning, the sign-in and five projects.
        Assert.Equal([7, 6, 5, 4, 3, 2, 1], numbers);
    }

    [Fact]
    public async Task Person_action_and_time_filter()
    {
        var (browser, team) = await MemberAsync();
        var (other, _, member) = await PersonAsync(team, TeamRole.Engineer);
        await team.ProjectAsync("Flange");
        Assert.Equal("Flange", Assert.Single(await ItemsAsync(browser, "action=project.create")).GetProperty("detail").GetString());
        // Both of their teams have one name: the sign-in before stands in either.
        var theirs = await ItemsAsync(browser, $"person={member.User.Value}");
        Assert.All(theirs, entry => Assert.Equal(member.User.Value, entry.GetProperty("actorId").GetGuid()));
        var switched = Assert.Single(theirs, entry => entry.GetProperty("action").GetString() == "account.switch-team");
        Assert.StartsWith("Somebody (", switched.GetProperty("actorName").GetString(), StringComparison.Ordinal);
        Assert.Empty(await ItemsAsync(browser, "until=2001-01-01"));
        Assert.NotEmpty(await ItemsAsync(browser, $"from={Host.Time.Now.AddDays(-1):yyyy-MM-dd}&until={Host.Time.Now:yyyy-MM-dd}"));
        await AssertProblemAsync(await browser.GetAsync("/api/v1/audit?from=yesterday"), HttpStatusCode.BadRequest, "audit.moment");
        await AssertProblemAsync(await browser.GetAsync("/api/v1/audit?person=me"), HttpStatusCode.BadRequest, "audit.person");
        await AssertProblemAsync(await browser.GetAsync("/api/v1/audit/export"), HttpStatusCode.BadRequest, "audit.format");
        await AssertProblemAsync(await other.GetAsync("/api/v1/audit/export?format=csv"), HttpStatusCode.Forbidden, "role.low");
    }

    [Fact]
    public async Task No_key_reads_the_trail()
    {
        var (_, team) = await MemberAsync();
        var token = (await Get<CreateApiKey>().HandleAsync(team.Owner, new("A program", TeamPermissionRules.Scopes, 60, null), Ct)).Value.Token;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/audit");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await AssertProblemAsync(await Visitor().Http.SendAsync(request, Ct), HttpStatusCode.Forbidden, "key.scope");
    }

    [Fact]
    public async Task A_download_has_every_entry_in_order_and_its_hashes_can_be_followed()
    {
        var (browser, team) = await MemberAsync();
        await team.ProjectAsync("=1+1, \"quoted\"");
        var csv = (await browser.Http.GetStringAsync("/api/v1/audit/export?format=csv", Ct)).TrimEnd('\n').Split('\n');
        Assert.Equal(AuditCsv.Header, csv[0]);
        Assert.Equal(4, csv.Length);
        Assert.Contains("\"'=1+1, \"\"quoted\"\"\"", csv[3], StringComparison.Ordinal);
        var lines = (await browser.Http.GetStringAsync("/api/v1/audit/export?format=jsonl", Ct)).TrimEnd('\n').Split('\n')
            .Select(line => JsonSerializer.Deserialize<AuditLine>(line, JsonSerializerOptions.Web)!).ToList();
        Assert.Equal([1, 2, 3], lines.Select(l => l.Sequence));
        Assert.Equal(lines.Take(2).Select(l => l.Hash), lines.Skip(1).Select(l => l.PreviousHash));
        Assert.Equal(AuditEntry.Genesis, lines[0].PreviousHash);
        Assert.Equal("=1+1, \"quoted\"", lines[2].Detail);
    }

    [Fact]
    public async Task Signing_in_and_failing_to_are_in_the_trail_of_the_team_but_not_without_end()
    {
        var (email, tenant, user) = await Browser.RegisterAsync(Host);
        var browser = Visitor();
        for (var i = 0; i < 8; i++)
            await browser.SignInAsync(email, "wrong password");
        var team = new TeamAtWork(Host, Get<IServiceProvider>(), new(tenant, user, TeamRole.Owner));
        var entries = (await Get<ListAudit>().HandleAsync(team.Owner, new(new(Action: AuditAction.SignInFailed), null, 100), Ct)).Value.Items;
        Assert.Equal(5, entries.Count);
        Assert.Contains("locked", entries[0].Detail, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> JsonAsync(Browser browser, string address) =>
        JsonDocument.Parse(await browser.Http.GetStringAsync(address, Ct)).RootElement;

    private static async Task<List<JsonElement>> ItemsAsync(Browser browser, string query) =>
        [.. (await JsonAsync(browser, $"/api/v1/audit?{query}")).GetProperty("items").EnumerateArray()];
}
