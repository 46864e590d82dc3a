using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Rest;

/// <summary>Every operation that the document knows × everybody who might call it.</summary>
public sealed class EveryOperationTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task Nobody_and_a_revoked_key_are_told_to_come_in()
    {
        var (_, team) = await ProgramAsync();
        var (keys, name) = await SeedAsync(team);
        var revoked = await KeyAsync(team, TeamPermissionRules.Scopes);
        await using (var context = team.Open())
        {
            foreach (var key in await context.ApiKeys.ToListAsync(Ct))
                key.Revoke(Host.Time.Now);
            await context.SaveChangesAsync(Ct);
        }

        var before = await RowsAsync(team);
        foreach (var operation in await RestOperation.ReadAsync(Host, Ct))
        {
            Expect(operation, await SendAsync(Visitor().Http, operation.Request(keys, name)), HttpStatusCode.Unauthorized);
            Expect(operation, await SendAsync(Visitor().Http, operation.Request(keys, name), revoked), HttpStatusCode.Unauthorized);
        }

        Assert.Equal(before, await RowsAsync(team));
    }

    [Fact]
    public async Task A_key_without_the_scope_is_refused()
    {
        var (_, team) = await ProgramAsync();
        var (keys, name) = await SeedAsync(team);
        var before = await RowsAsync(team);
        foreach (var operation in await RestOperation.ReadAsync(Host, Ct))
        {
            var others = TeamPermissionRules.Scopes & ~operation.Needed;
            var token = await KeyAsync(team, others, ApiKey.MaxRequestsPerMinute);
            Expect(operation, await SendAsync(Visitor().Http, operation.Request(keys, name), token), HttpStatusCode.Forbidden);
        }

        Assert.Equal(before, await RowsAsync(team));
    }

    /// <summary>An administrator of the platform looks after teams and sees nothing of what they have: for one it is as for any stranger.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task For_another_team_nothing_is_there(bool administrator)
    {
        var (_, team) = await ProgramAsync();
        var (keys, name) = await SeedAsync(team);
        var (owner, strangers, email) = await OwnerAsync();
        if (administrator)
            await Host.GrantAdministrationAsync(email, Ct);
        var token = await KeyAsync(strangers, TeamPermissionRules.Scopes, ApiKey.MaxRequestsPerMinute);
        var antiforgery = await owner.TokenAsync();
        var missing = keys with
        {
            Project = new ProjectId(Guid.NewGuid()), Image = new ImageId(Guid.NewGuid()), Run = new RunId(Guid.NewGuid()), Model = new ModelId(Guid.NewGuid()),
            Result = new ResultId(Guid.NewGuid()), Transfer = new TransferId(Guid.NewGuid()), Import = new TransferId(Guid.NewGuid()),
            Webhook = new WebhookId(Guid.NewGuid()), Delivery = new DeliveryId(Guid.NewGuid()), Batch = new ScoringBatchId(Guid.NewGuid()), Schedule = new ScheduleId(Guid.NewGuid()),
            Study = new StudyId(Guid.NewGuid()), Asked = new PublishRequestId(Guid.NewGuid()),
            Registration = new RegistrationId(Guid.NewGuid()), Other = new ProjectId(Guid.NewGuid()),
        };
        foreach (var operation in await RestOperation.ReadAsync(Host, Ct))
        {
            var (ours, theirs) = (await RowsAsync(team), await RowsAsync(strangers));
            var byCookie = await SendAsync(owner.Http, operation.Request(keys, name), antiforgery: antiforgery);
            var byKey = await SendAsync(Visitor().Http, operation.Request(keys, name), token);
            Assert.True(ours == await RowsAsync(team), $"{operation} by another team changed something.");
            if (!operation.NamesSomething)
            {
                var said = await byCookie.Content.ReadAsStringAsync(Ct) + await byKey.Content.ReadAsStringAsync(Ct);
                Assert.DoesNotContain(keys.Project.Value.ToString(), said, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(name, said, StringComparison.Ordinal);
                continue;
            }

            Expect(operation, byCookie, HttpStatusCode.NotFound);
            Expect(operation, byKey, operation.Needed == TeamPermissions.Manage ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound);
            // Not told apart from what does not exist at all.
            Assert.Equal(await ProblemAsync(await SendAsync(owner.Http, operation.Request(missing, name), antiforgery: antiforgery)), await ProblemAsync(byCookie));
            Assert.Equal(await ProblemAsync(await SendAsync(Visitor().Http, operation.Request(missing, name), token)), await ProblemAsync(byKey));
            Assert.True(theirs == await RowsAsync(strangers), $"{operation} on another team's thing changed something of the own.");
            Assert.False(Host.Queue.WasSignalled(keys.Run));
        }
    }

    [Fact]
    public async Task A_role_may_do_what_it_may_and_nothing_else()
    {
        var (_, team) = await ProgramAsync();
        var members = new List<(TeamRole Role, UserId User, Browser Browser, string Token)>();
        foreach (var role in Enum.GetValues<TeamRole>())
        {
            var (browser, user) = await JoinAsync(team, role);
            members.Add((role, user, browser, await browser.TokenAsync()));
        }

        var (keys, name) = await SeedAsync(team);
        foreach (var operation in await RestOperation.ReadAsync(Host, Ct))
        {
            foreach (var (role, user, browser, antiforgery) in members)
            {
                var may = role.Permissions().HasFlag(operation.Needed);
                if (may && operation.NeedsScoringProgram)
                    continue;
                // What one call has used up is not there for the next.
                if (operation.IsWrite && may)
                    (keys, name) = await SeedAsync(team, user);
                var before = may ? "" : await RowsAsync(team);
                var answer = await SendAsync(browser.Http, operation.Request(keys, name), antiforgery: antiforgery);
                if (!may)
                {
                    Expect(operation, answer, HttpStatusCode.Forbidden);
                    Assert.True(before == await RowsAsync(team), $"{operation} was refused to a {role} and changed something.");
                }
                else
                {
                    // A conflict is an answer to a request that is right; anything else says that this test calls it wrongly.
                    Assert.True(
                        answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.Conflict,
                        $"{operation} by a {role}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Ct)}");
                }
            }

            if (operation.IsWrite)
                (keys, name) = await SeedAsync(team);
        }
    }

    /// <summary>A project with one of everything that an operation may name.</summary>
    private static async Task<(Keys Keys, string Name)> SeedAsync(TeamAtWork team, UserId? exporter = null)
    {
        // A team has only so many webhooks, and so many exports that wait; nothing here works on them.
        await using (var before = team.Open())
        {
            await before.Transfers.ExecuteUpdateAsync(t => t.SetProperty(row => row.Status, TransferStatus.Cancelled), Ct);
            await before.Webhooks.ExecuteDeleteAsync(Ct);
        }

        var keys = await Seed.FullProjectAsync(team, Ct);
        Assert.True((await team.TryUploadAsync(keys.Project, "ground_truth/scratch/000_mask.png", Picture.Mask())).Succeeded);
        await team.PutAsync(BlobKind.Model, keys.ModelRow);
        await using var context = team.Open();
        // Scores that follow a region in the background would be taken for changes by whoever is called next.
        await context.IgnoreRegions.ExecuteUpdateAsync(region => region.SetProperty(row => row.IsRescoring, false), Ct);
        // Who only reads may end an export, but only the own one.
        if (exporter is { } user)
            await context.Transfers.Where(t => t.Id == keys.Transfer).ExecuteUpdateAsync(t => t.SetProperty(row => row.MadeBy, user), Ct);
        return (keys, await context.Projects.Where(p => p.Id == keys.Project).Select(p => p.Name).SingleAsync(Ct));
    }

    /// <summary>A new account that is a member of the team alone, signed in.</summary>
    private async Task<(Browser Browser, UserId User)> JoinAsync(TeamAtWork team, TeamRole role)
    {
        var (email, own, user) = await Browser.RegisterAsync(Host);
        await using (var context = Host.Db.ForTenant(own))
        {
            context.Memberships.RemoveRange(await context.Memberships.ToListAsync(Ct));
            await context.SaveChangesAsync(Ct);
        }

        await using (var context = team.Open())
        {
            context.Memberships.Add(Membership.Create(team.Tenant, user, role, Host.Time.Now));
            await context.SaveChangesAsync(Ct);
        }

        var browser = Visitor();
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SignInAsync(email)).StatusCode);
        return (browser, user);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpRequestMessage request, string? token = null, string? antiforgery = null)
    {
        using (request)
        {
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (antiforgery is not null)
                request.Headers.Add("X-CSRF-TOKEN", antiforgery);
            return await http.SendAsync(request, Ct);
        }
    }

    private static void Expect(RestOperation operation, HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.True(answer.StatusCode == status, $"{operation} answered {answer.StatusCode} instead of {status}.");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>The whole answer but for the id of its request.</summary>
    private static async Task<string> ProblemAsync(HttpResponseMessage answer)
    {
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!.AsObject();
        problem.Remove("traceId");
        var headers = answer.Headers.Where(h => h.Key is not ("Date" or "Content-Security-Policy")).Select(h => $"{h.Key}: {string.Join(',', h.Value)}").Order(StringComparer.Ordinal);
        return $"{(int)answer.StatusCode} {problem.ToJsonString()} {string.Join('\n', headers)}";
    }

    /// <summary>Without the keys, whose last use is written down.</summary>
    private static async Task<string> RowsAsync(TeamAtWork team) =>
        string.Join('\n', (await TenantRows.DescribeAsync(team, Ct)).Split('\n').Where(row => !row.StartsWith("ApiKey:", StringComparison.Ordinal)));
}
