using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Tests.Teams;

public sealed class QuotaTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task The_image_above_the_limit_is_refused_and_says_which_limit_and_another_team_is_not_held_up()
    {
        var (browser, team) = await MemberAsync();
        Limit(team, new QuotaOptions { Images = 2 });
        var project = await team.ProjectAsync();
        var token = await browser.TokenAsync();
        var first = await browser.UploadAsync(project, token, null, File("a.png"), File("b.png"), File("c.png"));
        var items = (await first.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["added", "added", "rejected"], items.Select(item => item.GetProperty("outcome").GetString()));
        Assert.Equal("quota.images", items[2].GetProperty("error").GetProperty("code").GetString());
        await AssertProblemAsync(await browser.UploadAsync(project, token, null, File("d.png")), HttpStatusCode.RequestEntityTooLarge, "quota.images");

        var (_, other) = await MemberAsync();
        await other.ShotsAsync(await other.ProjectAsync(), 3);
    }

    [Fact]
    public async Task Bytes_are_counted_with_the_file_that_comes()
    {
        var (browser, team) = await MemberAsync();
        var project = await team.ProjectAsync();
        var file = File("a.png");
        Limit(team, new QuotaOptions { Bytes = file.Content.Length + 10 });
        var token = await browser.TokenAsync();
        Assert.Equal(HttpStatusCode.OK, (await browser.UploadAsync(project, token, null, file)).StatusCode);
        await AssertProblemAsync(await browser.UploadAsync(project, token, null, File("b.png")), HttpStatusCode.RequestEntityTooLarge, "quota.bytes");
    }

    [Fact]
    public async Task So_many_runs_wait_at_once()
    {
        var (_, team) = await MemberAsync();
        var project = await team.ProjectAsync();
        await team.ShotsAsync(project, 2);
        Limit(team, new QuotaOptions { QueuedRuns = 1 });
        var run = await team.RunAsync(project);
        var program = await ProgramAsync(team);
        var refused = await program.PostAsync($"projects/{project.Value}/runs", new { shots = 2 });
        await AssertProblemAsync(refused, HttpStatusCode.TooManyRequests, "quota.runs");
        Assert.Contains("1 runs of your team wait already", await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        await team.WorkAsync(run, r => r.Claim("node", Host.Time.Now));
        await team.RunAsync(project);
    }

    [Fact]
    public async Task A_team_reads_what_it_has_and_may_have()
    {
        var (_, team) = await MemberAsync();
        Limit(team, new QuotaOptions { Images = 50 });
        await team.ShotsAsync(await team.ProjectAsync(), 3);
        var program = await ProgramAsync(team, TeamPermissions.Read);
        var usage = await (await program.SendAsync(HttpMethod.Get, "/api/v1/usage")).Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal((3, 50), (usage.GetProperty("images").GetProperty("used").GetInt32(), usage.GetProperty("images").GetProperty("limit").GetInt32()));
        Assert.True(usage.GetProperty("bytes").GetProperty("used").GetInt64() > 0);
        Assert.Equal(JsonValueKind.Null, usage.GetProperty("queuedRuns").GetProperty("limit").ValueKind);
    }

    private static (string Path, byte[] Content) File(string path) => (path, Picture.Png(TeamAtWork.Next()));

    /// <summary>As the administrator's setting <c>Quotas:Teams:ID</c> does.</summary>
    private void Limit(TeamAtWork team, QuotaOptions own)
    {
        var options = Host.Services.GetRequiredService<IOptionsMonitor<QuotaOptions>>().CurrentValue;
        options.Teams = new(options.Teams) { [team.Tenant.Value] = own };
    }
}
