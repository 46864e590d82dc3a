using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Platform;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Admin;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Admin;

/// <summary>Who looks after the installation, what that one may do, and that nobody else may.</summary>
public sealed partial class AdministratorTests(PortalHost host) : HttpTest(host)
{
    public static TheoryData<string> Doors => [.. Door.All.Where(d => d.IsForAdministrators).Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_use_case_for_administrators_is_not_there_for_any_role_and_for_no_key(string name)
    {
        var (_, team, email) = await OwnerAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        var before = await TenantRows.DescribeAsync(team, Ct);
        var door = Door.All.Single(d => d.Name == name);
        foreach (var role in Enum.GetValues<TeamRole>())
            Assert.IsType<NotAdministrator>(Door.ErrorOf(await door.CallAsync(Get<IServiceProvider>(), team.Owner with { Role = role }, keys, Ct)));
        await Host.GrantAdministrationAsync(email, Ct);
        var key = team.Owner with { Key = new ActingKey(keys.ApiKey, TeamPermissionRules.Scopes) };
        Assert.IsType<NotAdministrator>(Door.ErrorOf(await door.CallAsync(Get<IServiceProvider>(), key, keys, Ct)));
        Assert.Equal(before, await TenantRows.DescribeAsync(team, Ct));
        Assert.Null(Door.ErrorOf(await door.CallAsync(Get<IServiceProvider>(), team.Owner with { Role = TeamRole.Viewer }, keys, Ct)));
    }

    [Fact]
    public async Task Every_address_below_admin_sends_a_visitor_to_sign_in_and_tells_members_that_there_is_nothing()
    {
        var addresses = Addresses();
        Assert.Superset(new HashSet<string> { "/admin", "/admin/system", "/admin/audit", "/admin/audit/export", AdminHosting.JobsPath }, addresses.ToHashSet());
        foreach (var role in Enum.GetValues<TeamRole>())
        {
            var (member, _) = await MemberAsync(role);
            foreach (var address in addresses)
            {
                var refused = await member.GetAsync(address);
                Assert.True(refused.StatusCode == HttpStatusCode.NotFound, $"{address} answered {refused.StatusCode} to a {role}.");
            }
        }

        var (admin, _, email) = await OwnerAsync(TeamRole.Viewer);
        await Host.GrantAdministrationAsync(email, Ct);
        foreach (var address in addresses)
        {
            var visitor = await Visitor().GetAsync(address);
            Assert.Equal((HttpStatusCode.Redirect, "/sign-in"), (visitor.StatusCode, new Uri(admin.Http.BaseAddress!, visitor.Headers.Location!).AbsolutePath));
            Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync(address)).StatusCode);
        }
    }

    [Fact]
    public async Task The_dashboard_of_jobs_only_shows_and_obeys_the_policy_of_scripts()
    {
        var (admin, _, email) = await OwnerAsync();
        await Host.GrantAdministrationAsync(email, Ct);
        foreach (var page in new[] { "", "/jobs/succeeded", "/servers", "/recurring" })
        {
            var html = await admin.Http.GetStringAsync(AdminHosting.JobsPath + page, Ct);
            Assert.DoesNotMatch(InlineScript(), html);
            Assert.DoesNotContain("http://", html.Replace(admin.Http.BaseAddress!.ToString(), "/", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        foreach (var deed in new[] { "/jobs/enqueued/delete", "/recurring/trigger", "/jobs/actions/requeue/1" })
        {
            var refused = await admin.PostFormAsync(AdminHosting.JobsPath + deed, null, ("jobs[]", "1"));
            Assert.False(refused.IsSuccessStatusCode, $"{deed} answered {refused.StatusCode}.");
        }
    }

    [Fact]
    public async Task Who_is_one_is_said_by_a_command_and_ends_with_the_next_request()
    {
        var (browser, _, email) = await OwnerAsync();
        var administrators = Get<Administrators>();
        Assert.IsType<NoSuchAccount>((await administrators.GrantAsync("nobody@example.com", "root at the shell", Ct)).Error);
        Assert.True((await administrators.GrantAsync(email.ToUpperInvariant(), "root at the shell", Ct)).Succeeded);
        Assert.IsType<AlreadyAdministrator>((await administrators.GrantAsync(email, "root at the shell", Ct)).Error);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/admin")).StatusCode);
        Assert.True((await administrators.RevokeAsync(email, "root at the shell", Ct)).Succeeded);
        Assert.IsType<NoAdministrator>((await administrators.RevokeAsync(email, "root at the shell", Ct)).Error);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/admin")).StatusCode);
        Assert.Equal(
            [(PlatformAction.AdministratorGrant, "root at the shell"), (PlatformAction.AdministratorRevoke, "root at the shell")],
            (await TrailAsync()).Where(e => e.Detail == email).Select(e => (e.Action, e.ActorName)));
    }

    [Fact]
    public async Task A_limit_that_an_administrator_sets_holds_at_once_and_stands_in_both_trails()
    {
        var (admin, email) = await AdministratorAsync();
        var (browser, team) = await MemberAsync();
        var project = await team.ProjectAsync();
        await SetAsync(admin, team, new(QuotaMode.AtMost, 1), QuotaChoice.AsConfigured);
        var token = await browser.TokenAsync();
        Assert.Equal(HttpStatusCode.OK, (await browser.UploadAsync(project, token, null, ("a.png", Picture.Png(TeamAtWork.Next())))).StatusCode);
        var refused = await browser.UploadAsync(project, token, null, ("b.png", Picture.Png(TeamAtWork.Next())));
        await AssertProblemAsync(refused, HttpStatusCode.RequestEntityTooLarge, "quota.images");
        await SetAsync(admin, team, new(QuotaMode.Unlimited), new(QuotaMode.AtMost, long.MaxValue));
        Assert.Equal(HttpStatusCode.OK, (await browser.UploadAsync(project, token, null, ("b.png", Picture.Png(TeamAtWork.Next())))).StatusCode);

        await using var context = team.Open();
        var own = await context.Audit.Where(e => e.Action == AuditAction.TeamQuota).OrderBy(e => e.Sequence).ToListAsync(Ct);
        Assert.Equal(["By an administrator of the platform: images at most 1, bytes as configured, waiting runs as configured",
            "By an administrator of the platform: images without limit, bytes at most 9223372036854775807, waiting runs as configured"], own.Select(e => e.Detail));
        Assert.Equal([$"Somebody ({email})", $"Somebody ({email})"], own.Select(e => e.ActorName));
        Assert.Equal(2, (await TrailAsync()).Count(e => e.Action == PlatformAction.QuotaChange && e.SubjectId == $"{team.Tenant}"));
        Assert.True((await Get<AuditVerification>().CheckAsync(team.Tenant, null, Ct)).IsWhole);
        Assert.True((await Get<VerifyPlatformAudit>().HandleAsync(admin, new(null), Ct)).Value.IsWhole);
    }

    [Theory]
    [InlineData(QuotaMode.AtMost, null)]
    [InlineData(QuotaMode.AtMost, -1L)]
    [InlineData(QuotaMode.AtMost, 1L + int.MaxValue)]
    [InlineData(QuotaMode.Unlimited, 5L)]
    [InlineData((QuotaMode)9, null)]
    public async Task A_limit_that_cannot_be_is_refused_and_leaves_no_line(QuotaMode mode, long? most)
    {
        var (admin, _) = await AdministratorAsync();
        var (_, team) = await MemberAsync();
        var choices = new QuotaChoices(new QuotaChoice(mode, most), QuotaChoice.AsConfigured, QuotaChoice.AsConfigured);
        Assert.IsType<ImpossibleQuota>((await Get<SetTeamQuota>().HandleAsync(admin, new(team.Tenant, choices), Ct)).Error);
        Assert.DoesNotContain(await TrailAsync(), e => e.SubjectId == $"{team.Tenant}");
        Assert.IsType<NoSuchTeam>((await Get<SetTeamQuota>().HandleAsync(
            admin, new(new TenantId(Guid.NewGuid()), new(QuotaChoice.AsConfigured, QuotaChoice.AsConfigured, QuotaChoice.AsConfigured)), Ct)).Error);
    }

    [Fact]
    public async Task Teams_and_queue_are_told_in_numbers_without_a_name_or_an_id_of_what_is_in_them()
    {
        var (admin, _) = await AdministratorAsync();
        var (_, team) = await MemberAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        await team.RunAsync(keys.Project);
        await using var context = team.Open();
        var name = await context.Tenants.Where(t => t.TenantId == team.Tenant).Select(t => t.Name).SingleAsync(Ct);
        var found = (await Get<ListTenants>().HandleAsync(admin, new(name[2..].ToUpperInvariant()), Ct)).Value;
        Assert.Equal(1, found.Total);
        var item = Assert.Single(found.Items);
        Assert.Equal(team.Tenant, item.Tenant);
        Assert.Equal((2, 2, 5, 1), (item.Members, item.Projects, item.Usage.Images, item.Usage.QueuedRuns));
        Assert.Equal(await context.Images.SumAsync(i => i.Bytes, Ct), item.Usage.Bytes);
        // A model that came in a bundle is theirs as much as an image is; one that was trained here is not counted.
        (await context.Models.SingleAsync(m => m.Id == keys.Model, Ct)).CameUploaded(4711);
        await context.SaveChangesAsync(Ct);
        Assert.Equal(item.Usage.Bytes + 4711, (await Get<ListTenants>().HandleAsync(admin, new(name), Ct)).Value.Items.Single().Usage.Bytes);
        Assert.Equal((await context.Audit.OrderByDescending(e => e.Sequence).FirstAsync(Ct)).At, item.LastActivity);
        var row = (await Get<GetQueue>().HandleAsync(admin, Ct)).Value.Single(r => r.Tenant == team.Tenant);
        Assert.Equal((1, 1), (row.Of(RunStatus.Queued), row.Of(RunStatus.Failed)));
        Assert.Equal(await context.Runs.Where(r => r.Status == RunStatus.Queued).MinAsync(r => r.QueuedAt, Ct), row.OldestWaiting);
        Assert.Empty((await Get<ListTenants>().HandleAsync(admin, new("100%_of"), Ct)).Value.Items);

        var said = JsonSerializer.Serialize(new object[] { item, row });
        var things = await context.Images.Select(i => i.Name).Concat(context.Projects.Select(p => p.Name)).ToListAsync(Ct);
        Assert.All(
            things.Concat([$"{keys.Project.Value}", $"{keys.Image.Value}", $"{keys.Run.Value}", $"{keys.Model.Value}", $"{keys.Result.Value}"]),
            secret => Assert.DoesNotContain(secret, said, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_platforms_trail_cannot_be_changed_unseen_and_is_downloaded_whole()
    {
        await using var fresh = new PortalHost();
        await fresh.InitializeAsync();
        var (email, tenant, _) = await Browser.RegisterAsync(fresh);
        await fresh.GrantAdministrationAsync(email, Ct);
        using var browser = new Browser(fresh);
        await browser.SignInAsync(email);
        var lines = (await browser.Http.GetStringAsync("/admin/audit/export", Ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(email, Assert.Single(lines), StringComparison.Ordinal);

        await using var context = fresh.Db.ForTenant(tenant);
        context.PlatformAudit.Remove(await context.PlatformAudit.SingleAsync(Ct));
        await Assert.ThrowsAsync<AppendOnlyException>(() => context.SaveChangesAsync(Ct));
        await Assert.ThrowsAsync<AppendOnlyException>(() => context.PlatformAudit.ExecuteDeleteAsync(Ct));
        var verification = fresh.Services.GetRequiredService<AuditVerification>();
        var whole = await verification.CheckPlatformAsync(null, Ct);
        Assert.Equal((true, 1), (whole.IsWhole, whole.Entries));
        Assert.False((await verification.CheckPlatformAsync(new string('a', 64), Ct)).IsWhole);
        await context.Database.OpenConnectionAsync(Ct);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = """UPDATE "PlatformAudit" SET "ActorName" = 'somebody else'""";
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Ct));
        var broken = await verification.CheckPlatformAsync(null, Ct);
        Assert.Equal((1L, "Entry 1 was changed after it was written."), (broken.Broken, broken.Why));
    }

    [Fact]
    public async Task Ready_says_which_part_fails_and_keeps_the_reason_for_administrators()
    {
        await using var fresh = new PortalHost();
        await fresh.InitializeAsync();
        using var browser = new Browser(fresh);
        var ready = await browser.GetAsync("/health/ready");
        Assert.Equal((HttpStatusCode.OK, "ready"), (ready.StatusCode, await ready.Content.ReadAsStringAsync(Ct)));
        var (email, tenant, user) = await Browser.RegisterAsync(fresh);
        await fresh.GrantAdministrationAsync(email, Ct);
        await using (var context = fresh.Db.ForTenant(tenant))
        {
            await context.Database.OpenConnectionAsync(Ct);
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = """DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" LIKE '%Notices'""";
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Ct));
        }

        var failing = await browser.GetAsync("/health/ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready: database"), (failing.StatusCode, await failing.Content.ReadAsStringAsync(Ct)));
        await using var scope = fresh.Services.CreateAsyncScope();
        var parts = (await scope.ServiceProvider.GetRequiredService<GetHealth>().HandleAsync(new Actor(tenant, user, TeamRole.Owner), Ct)).Value;
        Assert.Contains("1 migrations", parts.Single(p => p.Name == "database").Reason, StringComparison.Ordinal);
        Assert.Equal(["blobs", "database", "disk", "training program", "workers"], parts.Select(p => p.Name).Order());
    }

    /// <summary>Whatever is mapped below <c>/admin</c>, pages or not.</summary>
    private List<string> Addresses() =>
    [
        .. Host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => "/" + (endpoint.RoutePattern.RawText ?? "").TrimStart('/'))
            .Where(pattern => pattern == "/admin" || pattern.StartsWith("/admin/", StringComparison.Ordinal))
            .Select(pattern => CatchAll().Replace(pattern, ""))
            .Distinct().Order(),
    ];

    private async Task<(Actor Actor, string Email)> AdministratorAsync()
    {
        var (email, tenant, user) = await Browser.RegisterAsync(Host, TeamRole.Viewer);
        await Host.GrantAdministrationAsync(email, Ct);
        return (new Actor(tenant, user, TeamRole.Viewer), email);
    }

    private async Task SetAsync(Actor admin, TeamAtWork team, QuotaChoice images, QuotaChoice bytes) => Assert.True(
        (await Get<SetTeamQuota>().HandleAsync(admin, new(team.Tenant, new QuotaChoices(images, bytes, QuotaChoice.AsConfigured)), Ct)).Succeeded);

    private async Task<List<PlatformEntry>> TrailAsync()
    {
        await using var reader = Get<CrossTenantDb>().Open("A test reads the platform's trail");
        return await reader.PlatformAudit.OrderBy(e => e.Sequence).ToListAsync(Ct);
    }

    [GeneratedRegex(@"/\{\*\*?\w+\}$")]
    private static partial Regex CatchAll();

    [GeneratedRegex(@"<script(?![^>]*\ssrc=)[^>]*>\s*\S|\son[a-z]+=""", RegexOptions.IgnoreCase)]
    private static partial Regex InlineScript();
}
