using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Storage;
using FewShotAD.Infrastructure.Tests.Support;

namespace FewShotAD.Infrastructure.Tests.Storage;

public sealed class FileBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly string folder = Installation.TemporaryFolder();

    private string SpoolFolder => Path.Combine(folder, "spool");

    protected override int Spooled => Directory.Exists(SpoolFolder) ? Directory.GetFiles(SpoolFolder).Length : 0;

    protected override int RaceRounds => 50;

    [Fact]
    public async Task Files_lie_under_the_key_and_strangers_are_ignored()
    {
        var ct = TestContext.Current.CancellationToken;
        var store = await StoreAsync();
        var key = await store.PutAsync(A, BlobKind.Heatmap, new MemoryStream([1]), ct);
        Assert.True(File.Exists(Path.Combine(folder, A.ToString(), "heatmap", key.Sha256[..2], key.Sha256)));
        await File.WriteAllTextAsync(Path.Combine(folder, A.ToString(), "heatmap", "notes.txt"), "not a blob", ct);
        Directory.CreateDirectory(Path.Combine(folder, "lost+found"));
        Assert.Equal(key, Assert.Single(await store.ListAsync(A, ct).ToListAsync(ct)).Key);
        Assert.Equal(A, Assert.Single(await store.ListTenantsAsync(ct).ToListAsync(ct)));
    }

    [Fact]
    public async Task What_a_dead_writer_left_is_swept_when_it_is_old()
    {
        var ct = TestContext.Current.CancellationToken;
        var dead = new Spool(SpoolFolder);
        await dead.WriteAsync(new MemoryStream([1, 2, 3]), durable: false, ct); // never moved, never disposed
        Assert.Equal(0, dead.DeleteStale(TimeProvider.System.GetUtcNow().AddHours(1))); // as far as it knows, somebody is at it
        var next = new Spool(SpoolFolder);
        Assert.Equal(0, next.DeleteStale(TimeProvider.System.GetUtcNow().AddHours(-1)));
        Assert.Equal(1, next.DeleteStale(TimeProvider.System.GetUtcNow().AddHours(1)));
        Assert.Equal(0, Spooled);
    }

    [Fact]
    public async Task A_reader_keeps_its_bytes_when_the_blob_is_deleted()
    {
        var ct = TestContext.Current.CancellationToken;
        var store = await StoreAsync();
        var key = await store.PutAsync(A, BlobKind.View, new MemoryStream([7, 8]), ct);
        await using var reader = (await store.OpenReadAsync(A, key, ct))!;
        Assert.True(await store.DeleteAsync(A, key, DateTimeOffset.MaxValue, ct));
        var bytes = new byte[2];
        await reader.ReadExactlyAsync(bytes, ct);
        Assert.Equal([7, 8], bytes);
    }

    [Fact]
    public async Task Of_two_nodes_on_one_folder_a_sweep_never_takes_what_the_other_has_just_put()
    {
        var ct = TestContext.Current.CancellationToken;
        var (puts, sweeps) = (Shared(), Shared());
        for (var round = 0; round < 200; round++)
        {
            var key = await puts.PutAsync(A, BlobKind.View, new MemoryStream([1, 2]), ct);
            await AgeAsync(puts, key);
            await Task.WhenAll(
                Task.Run(() => puts.PutAsync(A, BlobKind.View, new MemoryStream([1, 2]), ct), ct),
                Task.Run(async () => await sweeps.DeleteAsync(A, key, await BeforeAsync(), ct), ct));
            await using var kept = await sweeps.OpenReadAsync(A, key, ct);
            Assert.NotNull(kept);
        }

        Assert.Equal(A, Assert.Single(await sweeps.ListTenantsAsync(ct).ToListAsync(ct)));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private FileBlobStore Shared() => new(folder, new Spool(SpoolFolder), TimeProvider.System, isShared: true);

    private protected override Task<IBlobStore> StoreAsync() =>
        Task.FromResult<IBlobStore>(new FileBlobStore(folder, new Spool(SpoolFolder), TimeProvider.System));

    private protected override Task AgeAsync(IBlobStore store, BlobKey key)
    {
        File.SetLastWriteTimeUtc(Path.Combine(folder, key.ToString()), DateTime.UnixEpoch.AddYears(50));
        return Task.CompletedTask;
    }

    private protected override Task<DateTimeOffset> BeforeAsync() => Task.FromResult(DateTimeOffset.UnixEpoch.AddYears(51));
}
