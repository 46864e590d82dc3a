using System.Security.Cryptography;
using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;

namespace FewShotAD.Infrastructure.Tests.Storage;

/// <summary>What every blob store promises. Each store runs these tests.</summary>
public abstract class BlobStoreContract
{
    /// <summary>Stores count in whole seconds at worst.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(3);

    protected TenantId A { get; } = new(Guid.NewGuid());

    protected TenantId B { get; } = new(Guid.NewGuid());

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected abstract Task<IBlobStore> StoreAsync();

    /// <summary>Files that uploads have left behind on this machine.</summary>
    protected abstract int Spooled { get; }

    [Fact]
    public async Task What_is_put_is_read_under_its_hash()
    {
        var store = await StoreAsync();
        var bytes = Bytes("hello");
        var key = await store.PutAsync(A, BlobKind.View, new MemoryStream(bytes), Ct);
        Assert.Equal(BlobKey.For(A, BlobKind.View, Convert.ToHexStringLower(SHA256.HashData(bytes))), key);
        Assert.Equal(bytes, await ReadAsync(store, A, key));
        Assert.Equal(0, Spooled);
    }

    [Fact]
    public async Task A_put_begins_at_the_streams_position_and_an_empty_blob_is_a_blob()
    {
        var store = await StoreAsync();
        var stream = new MemoryStream(Bytes("skip this")) { Position = 5 };
        Assert.Equal(Bytes("this"), await ReadAsync(store, A, await store.PutAsync(A, BlobKind.Map, stream, Ct)));
        Assert.Empty(await ReadAsync(store, A, await store.PutAsync(A, BlobKind.Map, new MemoryStream(), Ct)));
    }

    [Fact]
    public async Task A_read_can_seek()
    {
        var store = await StoreAsync();
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var key = await store.PutAsync(A, BlobKind.Model, new MemoryStream(bytes), Ct);
        await using var stream = (await store.OpenReadAsync(A, key, Ct))!;
        Assert.Equal(bytes.Length, stream.Length);
        stream.Position = 250_000;
        var part = new byte[1000];
        await stream.ReadExactlyAsync(part, Ct);
        Assert.Equal(bytes[250_000..251_000], part);
    }

    [Fact]
    public async Task A_missing_blob_is_null()
    {
        var store = await StoreAsync();
        Assert.Null(await store.OpenReadAsync(A, BlobKey.For(A, BlobKind.View, new string('0', 64)), Ct));
    }

    [Fact]
    public async Task Another_tenants_key_is_refused()
    {
        var store = await StoreAsync();
        var key = await store.PutAsync(A, BlobKind.View, new MemoryStream(Bytes("secret")), Ct);
        await Assert.ThrowsAsync<ArgumentException>(() => store.OpenReadAsync(B, key, Ct));
        await Assert.ThrowsAsync<ArgumentException>(() => store.DeleteAsync(B, key, DateTimeOffset.MaxValue, Ct));
        Assert.Equal(Bytes("secret"), await ReadAsync(store, A, key));
    }

    [Fact]
    public async Task The_same_content_of_two_tenants_is_two_blobs()
    {
        var store = await StoreAsync();
        var ofA = await store.PutAsync(A, BlobKind.View, new MemoryStream(Bytes("same")), Ct);
        var ofB = await store.PutAsync(B, BlobKind.View, new MemoryStream(Bytes("same")), Ct);
        Assert.True(await store.DeleteAsync(A, ofA, DateTimeOffset.MaxValue, Ct));
        Assert.Null(await store.OpenReadAsync(A, ofA, Ct));
        Assert.Equal(Bytes("same"), await ReadAsync(store, B, ofB));
    }

    [Fact]
    public async Task A_list_has_the_tenants_blobs_only_and_tenants_are_listed()
    {
        var store = await StoreAsync();
        var first = await store.PutAsync(A, BlobKind.View, new MemoryStream(Bytes("one")), Ct);
        var second = await store.PutAsync(A, BlobKind.Mask, new MemoryStream(Bytes("three")), Ct);
        await store.PutAsync(B, BlobKind.View, new MemoryStream(Bytes("two")), Ct);
        var listed = await store.ListAsync(A, Ct).ToListAsync(Ct);
        Assert.Equal(new[] { first, second }.OrderBy(k => k.ToString()), listed.Select(e => e.Key).OrderBy(k => k.ToString()));
        Assert.Equal([3, 5], listed.Select(e => e.Bytes).Order());
        Assert.All(listed, entry => Assert.InRange(entry.Touched, Now.AddMinutes(-1), Now.AddMinutes(1)));
        var tenants = await store.ListTenantsAsync(Ct).ToListAsync(Ct);
        Assert.Contains(A, tenants);
        Assert.Contains(B, tenants);
        Assert.DoesNotContain(new TenantId(Guid.NewGuid()), tenants);
        Assert.Empty(await store.ListAsync(new TenantId(Guid.NewGuid()), Ct).ToListAsync(Ct));
    }

    [Fact]
    public async Task A_blob_put_again_is_touched_and_spared()
    {
        var store = await StoreAsync();
        var key = await store.PutAsync(A, BlobKind.View, new MemoryStream(Bytes("again")), Ct);
        await Task.Delay(Slack, Ct);
        var before = Now - (Slack / 2);
        await store.PutAsync(A, BlobKind.View, new MemoryStream(Bytes("again")), Ct);
        Assert.False(await store.DeleteAsync(A, key, before, Ct));
        Assert.True(Assert.Single(await store.ListAsync(A, Ct).ToListAsync(Ct)).Touched > before);
        Assert.True(await store.DeleteAsync(A, key, Now + Slack, Ct));
        Assert.True(await store.DeleteAsync(A, key, Now + Slack, Ct));
        Assert.Null(await store.OpenReadAsync(A, key, Ct));
    }

    [Fact]
    public async Task Many_put_the_same_content_at_once()
    {
        var store = await StoreAsync();
        var bytes = RandomNumberGenerator.GetBytes(200_000);
        var keys = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => store.PutAsync(A, BlobKind.View, new MemoryStream(bytes), Ct)));
        Assert.Equal(bytes, await ReadAsync(store, A, Assert.Single(keys.Distinct())));
        Assert.Equal(bytes.Length, Assert.Single(await store.ListAsync(A, Ct).ToListAsync(Ct)).Bytes);
        Assert.Equal(0, Spooled);
    }

    [Fact]
    public async Task An_upload_that_breaks_leaves_nothing_to_see()
    {
        var store = await StoreAsync();
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.PutAsync(A, BlobKind.View, new BreakingStream(1_000_000, cancel.Cancel), cancel.Token));
        await Assert.ThrowsAsync<IOException>(
            () => store.PutAsync(A, BlobKind.View, new BreakingStream(1_000_000, () => throw new IOException("The line is dead.")), Ct));
        Assert.Empty(await store.ListAsync(A, Ct).ToListAsync(Ct));
        Assert.Equal(0, Spooled);
    }

    [Fact]
    public async Task Put_and_delete_of_one_blob_race_and_a_put_is_never_lost()
    {
        var store = await StoreAsync();
        for (var round = 0; round < RaceRounds; round++)
        {
            var bytes = Bytes($"race {round}");
            var key = await store.PutAsync(A, BlobKind.Map, new MemoryStream(bytes), Ct);
            await AgeAsync(store, key);
            // The sweeper decided on an old blob; somebody puts it again at this moment.
            var before = await BeforeAsync();
            var sweep = Task.Run(() => store.DeleteAsync(A, key, before, Ct), Ct);
            var put = Task.Run(() => store.PutAsync(A, BlobKind.Map, new MemoryStream(bytes), Ct), Ct);
            await Task.WhenAll(sweep, put);
            Assert.Equal(bytes, await ReadAsync(store, A, key));
        }
    }

    protected abstract int RaceRounds { get; }

    /// <summary>Makes a blob look old, where the store allows that.</summary>
    private protected abstract Task AgeAsync(IBlobStore store, BlobKey key);

    /// <summary>A moment after the age given by <see cref="AgeAsync"/> and before any put from now on.</summary>
    private protected abstract Task<DateTimeOffset> BeforeAsync();

    private protected static async Task<byte[]> ReadAsync(IBlobStore store, TenantId tenant, BlobKey key)
    {
        await using var stream = await store.OpenReadAsync(tenant, key, Ct);
        Assert.NotNull(stream);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Ct);
        return copy.ToArray();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Gives zeros, and something happens half way.</summary>
    private sealed class BreakingStream(int length, Action half) : MemoryStream(new byte[length])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position > length / 2)
                half();
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
