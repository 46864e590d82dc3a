using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Tests.Auditing;

public sealed class AuditChainTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_is_changed_in_a_line_is_found()
    {
        await using var installation = await Installation.CreateAsync();
        var team = await TeamWithAsync(installation, 5);
        var other = await TeamWithAsync(installation, 0);
        await using var database = Open(installation);
        var columns = new List<string>();
        await using (var context = installation.Db.ForTenant(team))
            columns.AddRange(context.Model.FindEntityType(typeof(AuditEntry))!.GetProperties().Select(p => p.GetColumnName()));
        Assert.Equal(12, columns.Count);
        for (var line = 1; line <= 5; line++)
        {
            foreach (var column in columns)
            {
                await ExecuteAsync(database, """CREATE TABLE "Kept" AS SELECT * FROM "Audit";""");
                var value = column switch
                {
                    "TenantId" => $"'{other.Value.ToString().ToUpperInvariant()}'",
                    "ActorId" or "KeyId" => "'0198F3C0-0000-7000-8000-0000000000FF'",
                    "Sequence" => "99",
                    "At" => "\"At\" + 10",
                    _ => $"'x' || substr(\"{column}\", 2)",
                };
                Assert.Equal(1, await ExecuteAsync(database, $"""UPDATE "Audit" SET "{column}" = {value} WHERE "Sequence" = {line}"""));
                var verdicts = new[] { await CheckAsync(installation, team), await CheckAsync(installation, other) };
                Assert.True(verdicts.Any(v => !v.IsWhole), $"{column} of line {line} was changed and not found.");
                await ExecuteAsync(database, """DELETE FROM "Audit"; INSERT INTO "Audit" SELECT * FROM "Kept"; DROP TABLE "Kept";""");
                Assert.True((await CheckAsync(installation, team)).IsWhole);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_line_that_was_taken_out_is_found_where_it_was(int line)
    {
        await using var installation = await Installation.CreateAsync();
        var team = await TeamWithAsync(installation, 5);
        await using var database = Open(installation);
        await ExecuteAsync(database, $"""DELETE FROM "Audit" WHERE "Sequence" = {line}""");
        var verdict = await CheckAsync(installation, team);
        Assert.Equal((line, line - 1), (verdict.Broken!.Value, verdict.Entries));
        // Nor when those behind it close up.
        await ExecuteAsync(database, $"""UPDATE "Audit" SET "Sequence" = "Sequence" - 1 WHERE "Sequence" > {line}""");
        Assert.False((await CheckAsync(installation, team)).IsWhole);
    }

    [Fact]
    public async Task An_end_that_was_cut_off_is_found_by_a_hash_that_was_kept_only()
    {
        await using var installation = await Installation.CreateAsync();
        var team = await TeamWithAsync(installation, 5);
        var kept = await CheckAsync(installation, team);
        Assert.Equal((5, true), (kept.Entries, kept.IsWhole));
        Assert.True((await CheckAsync(installation, team, kept.LastHash.ToUpperInvariant())).IsWhole);
        await using var database = Open(installation);
        await ExecuteAsync(database, """DELETE FROM "Audit" WHERE "Sequence" = 5""");
        Assert.True((await CheckAsync(installation, team)).IsWhole);
        Assert.False((await CheckAsync(installation, team, kept.LastHash)).IsWhole);
    }

    [Fact]
    public async Task Many_who_write_at_once_make_one_chain()
    {
        await using var installation = await Installation.CreateAsync();
        var team = await TeamWithAsync(installation, 0);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => WriteAsync(installation, team, $"Part {i}"), Ct)));
        var verdict = await CheckAsync(installation, team);
        Assert.Equal((40, true), (verdict.Entries, verdict.IsWhole));
    }

    [Fact]
    public async Task Teams_that_are_changed_from_outside_at_once_and_the_platform_have_one_chain_each()
    {
        await using var installation = await Installation.CreateAsync();
        var teams = new[] { await TeamWithAsync(installation, 0), await TeamWithAsync(installation, 0), await TeamWithAsync(installation, 0) };
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(
            async () =>
            {
                await using var context = installation.Db.ForTenant(teams[i % 3]);
                context.Record(new AuditAuthor(Team.Somebody), new AuditNote(AuditAction.TeamQuota, "team", "x", $"{i}"), Now);
                context.PlatformAudit.Add(i % 2 == 0
                    ? PlatformEntry.Stage(Team.Somebody, new AuditNote(PlatformAction.QuotaChange, "team", "x", $"{i}"), Now)
                    : PlatformEntry.Stage("root at the shell", new AuditNote(PlatformAction.AdministratorGrant, "account", "x", $"{i}"), Now));
                await context.SaveChangesAsync(Ct);
            },
            Ct)));
        var platform = await installation.Get<AuditVerification>().CheckPlatformAsync(null, Ct);
        Assert.Equal((30, true), (platform.Entries, platform.IsWhole));
        foreach (var team in teams)
            Assert.Equal((10, true), ((await CheckAsync(installation, team)).Entries, (await CheckAsync(installation, team)).IsWhole));
        await using var reader = installation.Get<CrossTenantDb>().Open("A test");
        Assert.Equal(15, await reader.PlatformAudit.CountAsync(e => e.ActorName == "root at the shell", Ct));
    }

    [Fact]
    public async Task A_change_that_is_refused_leaves_no_line_and_a_second_try_leaves_one()
    {
        await using var installation = await Installation.CreateAsync();
        var team = await TeamWithAsync(installation, 1);
        await using var context = installation.Db.ForTenant(team);
        var project = Project.Create(team, "Part 0", null, Team.Somebody, Now).Value;
        context.Projects.Add(project);
        context.Record(new AuditAuthor(Team.Somebody), new AuditNote("project.create", "project", "x"), Now);
        await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync(Ct));
        Assert.Equal(1, (await CheckAsync(installation, team)).Entries);
        // What was staged still is, so the change is made good and both are written.
        project.Describe("Another name", null);
        await context.SaveChangesAsync(Ct);
        Assert.Equal(2, (await CheckAsync(installation, team)).Entries);
        Assert.Throws<NotSupportedException>(() =>
        {
            context.Record(new AuditAuthor(Team.Somebody), new AuditNote("project.create", "project", "x"), Now);
            context.SaveChanges();
        });
    }

    [Fact]
    public async Task A_line_is_neither_changed_nor_deleted_by_the_program()
    {
        await using var installation = await Installation.CreateAsync();
        var team = await TeamWithAsync(installation, 1);
        await using var context = installation.Db.ForTenant(team);
        context.Audit.Remove(await context.Audit.SingleAsync(Ct));
        await Assert.ThrowsAsync<AppendOnlyException>(() => context.SaveChangesAsync(Ct));
        await Assert.ThrowsAsync<AppendOnlyException>(() => context.Audit.ExecuteDeleteAsync(Ct));
        await Assert.ThrowsAsync<AppendOnlyException>(() => context.Audit.ExecuteUpdateAsync(s => s.SetProperty(e => e.Detail, ""), Ct));
    }

    private static Task<AuditVerdict> CheckAsync(Installation installation, TenantId team, string? known = null) =>
        installation.Get<AuditVerification>().CheckAsync(team, known, Ct);

    private static async Task<TenantId> TeamWithAsync(Installation installation, int lines)
    {
        var team = Tenant.Create("Team", Now).Value;
        await using (var context = installation.Db.ForTenant(team.TenantId))
        {
            context.Tenants.Add(team);
            await context.SaveChangesAsync(Ct);
        }

        for (var i = 0; i < lines; i++)
            await WriteAsync(installation, team.TenantId, $"Part {i}");
        return team.TenantId;
    }

    private static async Task WriteAsync(Installation installation, TenantId team, string name)
    {
        await using var context = installation.Db.ForTenant(team);
        var project = Project.Create(team, name, null, Team.Somebody, Now).Value;
        context.Projects.Add(project);
        context.Record(new AuditAuthor(Team.Somebody), new AuditNote("project.create", "project", $"{project.Id}", name), Now);
        await context.SaveChangesAsync(Ct);
    }

    /// <summary>The database as somebody has it who may write it past the program.</summary>
    private static PortalDbContext Open(Installation installation) => installation.Get<IPortalContexts>().Create(default);

    private static Task<int> ExecuteAsync(PortalDbContext database, string text) =>
#pragma warning disable RS0030, EF1002, CA2100 // the very thing that the trail has to find; the text is the test's own
        database.Database.ExecuteSqlRawAsync(text, Ct);
#pragma warning restore RS0030, EF1002, CA2100
}
