using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Backups;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Tests.Backups;

/// <summary>Backups of an installation that is at work.</summary>
public sealed class BusyInstallationTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_backup_is_of_one_moment_while_others_write()
    {
        await using var bench = new BackupBench();
        var from = await bench.InstallAsync();
        var team = await Team.CreateAsync(from, Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var writers = Task.WhenAll(Enumerable.Range(0, 2).Select(writer => Task.Run(() => WriteAsync(team, writer, stop.Token), Ct)));
        var moments = new List<BackupReport>();
        for (var moment = 0; moment < 3; moment++)
        {
            moments.Add(await BackupBench.TakeAsync(from, bench.Folder, Ct));
            Assert.False(writers.IsCompleted, "Nobody writes any more.");
        }

        await stop.CancelAsync();
        Assert.True(await writers is var written && written.Sum() > 6, $"They wrote {written.Sum()} rows.");
        Assert.All(moments, report => Assert.Empty(report.Missing.Concat(report.Damaged)));
        Assert.True(moments[0].Rows < moments[^1].Rows, "The installation did not grow.");
        foreach (var report in moments)
        {
            var to = await bench.InstallAsync();
            await BackupBench.RestoreAsync(to, report.Folder, Ct);
            Assert.Empty(await BackupBench.BrokenAsync(to, Ct));
            await using var context = to.Db.ForTenant(team.Tenant);
            // A pair is written in one transaction: neither half of one is in a backup.
            var pairs = await context.Images.Where(image => image.Name.StartsWith("pair")).GroupBy(image => image.Name.Substring(0, 12)).Select(pair => pair.Count()).ToListAsync(Ct);
            Assert.All(pairs, count => Assert.Equal(2, count));
        }
    }

    /// <summary>A row goes after the moment of the backup and its blob with it, as a sweep takes it: the rows are taken again.</summary>
    [Fact]
    public async Task A_blob_that_is_swept_meanwhile_is_not_in_the_backup_and_neither_is_its_row()
    {
        await using var bench = new BackupBench();
        var (from, to) = (await bench.InstallAsync(), await bench.InstallAsync());
        var team = await Team.CreateAsync(from, Ct);
        var victim = team.Test[0];
        var sweeping = new SweepingStore(from.Blobs, async () =>
        {
            await using var context = from.Db.ForTenant(team.Tenant);
            Assert.Equal(1, await context.Images.Where(image => image.Id == victim.Id).ExecuteDeleteAsync(Ct));
            foreach (var key in new[] { victim.Blobs.Original, victim.Blobs.View, victim.Blobs.Thumbnail })
                Assert.True(await from.Blobs.DeleteAsync(team.Tenant, key, DateTimeOffset.MaxValue, Ct));
        });
        var taken = await Over(from, sweeping).RunAsync(bench.Folder, Ct);
        Assert.True(taken.Succeeded, taken.Error?.Message);
        Assert.Empty(taken.Value.Missing);
        await BackupBench.RestoreAsync(to, bench.Folder, Ct);
        Assert.Empty(await BackupBench.BrokenAsync(to, Ct));
        await using var restored = to.Db.ForTenant(team.Tenant);
        Assert.Equal(3, await restored.Images.CountAsync(Ct));
    }

    [Fact]
    public async Task A_backup_that_was_cut_off_is_none_and_the_next_one_goes_on()
    {
        await using var bench = new BackupBench();
        var from = await bench.InstallAsync();
        await Team.CreateAsync(from, Ct);
        var cut = new SweepingStore(from.Blobs, () => throw new IOException("cut off"), after: 5);
        await Assert.ThrowsAsync<IOException>(() => Over(from, cut).RunAsync(bench.Folder, Ct));
        var refused = await BackupBench.RefusedAsync(await bench.InstallAsync(), bench.Folder, Ct);
        Assert.IsType<NoBackup>(refused);
        await File.WriteAllTextAsync(Path.Combine(bench.Folder, "blobs", "spool", "half"), "half", Ct);
        var next = await BackupBench.TakeAsync(from, bench.Folder, Ct);
        Assert.True(next.AlreadyThere > 0, "It began anew.");
        Assert.Equal(12, next.Copied + next.AlreadyThere);
        // Nothing half written is left.
        Assert.Equal([Path.GetFileName(next.Folder), "backup.lock", "blobs"], Directory.GetFileSystemEntries(bench.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(12, BackupBench.Files(Path.Combine(bench.Folder, "blobs")));
        Assert.Empty(await BackupBench.BrokenAsync(from, bench.Folder, Ct));
    }

    [Fact]
    public async Task Two_backups_do_not_work_in_one_folder()
    {
        await using var bench = new BackupBench();
        var from = await bench.InstallAsync();
        using var other = BackupFolder.TryHold(bench.Folder);
        Assert.IsType<BackupFolderBusy>((await from.Get<InstallationBackup>().RunAsync(bench.Folder, Ct)).Error);
    }

    private static InstallationBackup Over(Installation from, IBlobStore blobs) => new(
        from.Get<IPortalContexts>(), blobs, from.Get<KeyRing>(), from.Get<IOptions<DatabaseOptions>>(), TimeProvider.System);

    private static async Task<int> WriteAsync(Team team, int writer, CancellationToken ct)
    {
        for (var number = 0; ; number++)
        {
            if (ct.IsCancellationRequested)
                return 2 * number;
            var pair = $"pair {writer}-{number:0000}";
            await using var context = team.Installation.Db.ForTenant(team.Tenant);
            foreach (var half in new[] { "left", "right" })
                context.Images.Add(await Team.ImageAsync(team.Installation, team.Project, $"{pair} {half}", CancellationToken.None));
            await context.SaveChangesAsync(CancellationToken.None);
        }
    }

    /// <summary>Something happens before a blob is read for the first time, or after some were.</summary>
    private sealed class SweepingStore(IBlobStore inner, Func<Task> happens, int after = 0) : IBlobStore
    {
        private int reads;

        public async Task<Stream?> OpenReadAsync(TenantId tenant, BlobKey key, CancellationToken ct)
        {
            if (reads++ == after)
                await happens();
            return await inner.OpenReadAsync(tenant, key, ct);
        }

        public Task<BlobKey> PutAsync(TenantId tenant, BlobKind kind, Stream content, CancellationToken ct) => inner.PutAsync(tenant, kind, content, ct);

        public IAsyncEnumerable<BlobEntry> ListAsync(TenantId tenant, CancellationToken ct) => inner.ListAsync(tenant, ct);

        public IAsyncEnumerable<TenantId> ListTenantsAsync(CancellationToken ct) => inner.ListTenantsAsync(ct);

        public Task<bool> DeleteAsync(TenantId tenant, BlobKey key, DateTimeOffset unlessTouchedAfter, CancellationToken ct) => inner.DeleteAsync(tenant, key, unlessTouchedAfter, ct);
    }
}
