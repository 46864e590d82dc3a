using FewShotAD.Domain.Common;
using FewShotAD.Domain.Platform;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Backups;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.TestKit;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Tests.Backups;

/// <summary>What was backed up comes back, from the one database product into the other.</summary>
public sealed class RoundTripTests
{
    private static readonly (string Name, string Xml) Key = ("key-0198f3c0-0000-7000-8000-0000000000cc", "<key id=\"0198f3c0-0000-7000-8000-0000000000cc\" version=\"1\"><descriptor>äöü</descriptor></key>");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_row_key_and_blob_comes_back(bool fromSqlite)
    {
        await using var bench = new BackupBench();
        var from = await bench.InstallAsync(fromSqlite);
        var to = await bench.InstallAsync(!fromSqlite);
        var team = await Team.CreateAsync(from, Ct);
        TenantId[] tenants = [new(Guid.NewGuid()), new(Guid.NewGuid()), team.Tenant];
        await Everything.SeedAsync(from, tenants[..2], Ct);
        await AddKeyAsync(from, !fromSqlite && DatabaseUnderTest.IsPostgres);
        var before = await Everything.ReadAsync(from, tenants, Ct);
        Assert.DoesNotContain(before, entity => entity.Value.Count == 0);

        var taken = await BackupBench.TakeAsync(from, bench.Folder, Ct);
        // Rows made from the model name blobs that nobody put; those of the team are there.
        Assert.Equal((12, 0, 1), (taken.Copied, taken.Damaged.Count, taken.Keys));
        Assert.DoesNotContain(taken.Missing, blob => blob.StartsWith($"{team.Tenant}", StringComparison.Ordinal));
        var restored = await BackupBench.RestoreAsync(to, bench.Folder, Ct);
        Assert.Equal((taken.Rows, 12, 1), (restored.Rows, restored.Blobs, restored.Keys));

        var after = await Everything.ReadAsync(to, tenants, Ct);
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.All(before, entity => Assert.Equal(entity.Value, after[entity.Key]));
        Assert.Equal([Key], await KeysAsync(to));
        var broken = await BackupBench.BrokenAsync(to, Ct);
        Assert.Equal(taken.Missing.Select(blob => $"blob {blob} is missing"), broken.Order(StringComparer.Ordinal));
        await NumbersGoOnAsync(to, tenants[0]);
        await CopiesAreKeptAsync(to);
    }

    [Fact]
    public async Task A_second_backup_copies_what_is_new_and_either_can_be_restored()
    {
        await using var bench = new BackupBench();
        var from = await bench.InstallAsync();
        await Team.CreateAsync(from, Ct, "First");
        var first = await BackupBench.TakeAsync(from, bench.Folder, Ct);
        await Team.CreateAsync(from, Ct, "Second", shots: 1, tests: 0);
        var second = await BackupBench.TakeAsync(from, bench.Folder, Ct);
        Assert.Equal((12, 0, 3, 12), (first.Copied, first.AlreadyThere, second.Copied, second.AlreadyThere));
        if (!OperatingSystem.IsWindows())
        {
            Assert.All(
                Directory.GetFiles(second.Folder, "*", SearchOption.AllDirectories),
                file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(file)));
        }

        var (newest, oldest) = (await bench.InstallAsync(), await bench.InstallAsync());
        await BackupBench.RestoreAsync(newest, bench.Folder, Ct);
        await BackupBench.RestoreAsync(oldest, first.Folder, Ct);
        Assert.Equal((15, 12), (BackupBench.CountBlobs(newest), BackupBench.CountBlobs(oldest)));
        Assert.Empty(await BackupBench.BrokenAsync(newest, Ct));
        Assert.Empty(await BackupBench.BrokenAsync(oldest, Ct));
    }

    [Fact]
    public async Task A_run_that_was_worked_on_waits_again_where_it_is_restored()
    {
        await using var bench = new BackupBench();
        var (from, to) = (await bench.InstallAsync(), await bench.InstallAsync());
        var team = await Team.CreateAsync(from, Ct);
        var run = await team.RunAsync(Ct, before: run => Assert.True(run.Claim("gone", TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1)).Succeeded));
        await BackupBench.TakeAsync(from, bench.Folder, Ct);
        await BackupBench.RestoreAsync(to, bench.Folder, Ct);
        Assert.Equal(RunStatus.Running, (await to.ReadAsync(run, Ct)).Status);
        await to.Get<RunRecovery>().RecoverAsync(atStart: true, Ct);
        Assert.Equal(RunStatus.Queued, (await to.ReadAsync(run, Ct)).Status);
    }

    private static async Task AddKeyAsync(Installation installation, bool inDatabase)
    {
        if (inDatabase)
        {
            await using var context = installation.Get<IPortalContexts>().Create(default);
            context.ProtectionKeys.Add(ProtectionKey.Create(Key.Name, Key.Xml));
            await context.SaveChangesAsync(Ct);
            return;
        }

        Directory.CreateDirectory(installation.Get<DataPaths>().Keys);
        await File.WriteAllTextAsync(Path.Combine(installation.Get<DataPaths>().Keys, $"{Key.Name}.xml"), Key.Xml, Ct);
    }

    private static async Task<IReadOnlyList<(string, string)>> KeysAsync(Installation installation)
    {
        await using var context = installation.Get<IPortalContexts>().Create(default);
        return await installation.Get<KeyRing>().ReadAsync(context, Ct);
    }

    /// <summary>Rows that the database numbers: it must not give a number that a restored row has.</summary>
    private static async Task NumbersGoOnAsync(Installation installation, TenantId tenant)
    {
        await using var context = installation.Db.ForTenant(tenant);
        var highest = await context.UserClaims.MaxAsync(claim => claim.Id, Ct);
        var claim = new IdentityUserClaim<Guid> { UserId = (await context.Users.FirstAsync(Ct)).Id, ClaimType = "t", ClaimValue = "v" };
        context.UserClaims.Add(claim);
        await context.SaveChangesAsync(Ct);
        Assert.Equal(highest + 1, claim.Id);
    }

    /// <summary>What keeps the copies on results up to date is on again.</summary>
    private static async Task CopiesAreKeptAsync(Installation installation)
    {
        await using var reader = installation.Across.Open("A test");
        var result = await reader.All<Domain.Models.ScoredImage>().FirstAsync(Ct);
        await using var context = installation.Db.ForTenant(result.TenantId);
        await context.Images.Where(image => image.Id == result.ImageId).ExecuteUpdateAsync(row => row.SetProperty(image => image.Name, "another.png"), Ct);
        Assert.Equal("another.png", await context.Results.Where(r => r.Id == result.Id).Select(r => r.ImageName).SingleAsync(Ct));
    }
}
