using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Storage;
using FewShotAD.Infrastructure.Tests.Support;

namespace FewShotAD.Infrastructure.Tests.Storage;

/// <summary>An installation's blobs go from a disk to an account and back.</summary>
public sealed class BlobCopyTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IDisposable
{
    private readonly string folder = Installation.TemporaryFolder();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string First => Path.Combine(folder, "first");

    private string Second => Path.Combine(folder, "second");

    [Fact]
    public async Task Everything_arrives_there_and_back_and_a_second_copy_has_nothing_to_do()
    {
        await using var installation = await CreateAsync("there-and-back");
        var keys = await FillAsync(First);
        var copies = installation.Get<BlobCopies>();
        var there = await copies.RunAsync($"file:{First}", "azure", checkAll: false, Ct);
        Assert.Equal((keys.Count, 0, 0), (there.Copied, there.AlreadyThere, there.Damaged.Count));
        var again = await copies.RunAsync($"file:{First}", "azure", checkAll: true, Ct);
        Assert.Equal((0, keys.Count), (again.Copied, again.AlreadyThere));
        var back = await copies.RunAsync("azure", $"file:{Second}", checkAll: false, Ct);
        Assert.Equal(there, back with { Damaged = there.Damaged });
        Assert.Empty(back.Damaged);
        Assert.All(keys, key => Assert.Equal(File.ReadAllBytes(Path.Combine(First, key.ToString())), File.ReadAllBytes(Path.Combine(Second, key.ToString()))));
    }

    [Fact]
    public async Task What_is_missing_or_not_whole_in_the_target_is_copied_and_what_is_damaged_in_the_source_is_told()
    {
        await using var installation = await CreateAsync("unused");
        var keys = await FillAsync(First);
        var copies = installation.Get<BlobCopies>();
        await copies.RunAsync($"file:{First}", $"file:{Second}", checkAll: false, Ct);
        File.Delete(Path.Combine(Second, keys[0].ToString()));
        await File.AppendAllTextAsync(Path.Combine(Second, keys[1].ToString()), "cut", Ct);
        await SpoilAsync(Second, keys[2]);
        var quick = await copies.RunAsync($"file:{First}", $"file:{Second}", checkAll: false, Ct);
        Assert.Equal((2, keys.Count - 2), (quick.Copied, quick.AlreadyThere));
        var thorough = await copies.RunAsync($"file:{First}", $"file:{Second}", checkAll: true, Ct);
        Assert.Equal((1, keys.Count - 1), (thorough.Copied, thorough.AlreadyThere));

        await SpoilAsync(First, keys[3]);
        File.Delete(Path.Combine(Second, keys[3].ToString()));
        var told = await copies.RunAsync($"file:{First}", $"file:{Second}", checkAll: false, Ct);
        Assert.Equal([keys[3]], told.Damaged);
        Assert.False(File.Exists(Path.Combine(Second, keys[3].ToString())));
    }

    [Theory]
    [InlineData("ftp:here", "is no store")]
    [InlineData("file:", "is no store")]
    [InlineData("file:/there/is/no/such/folder", "There is no folder")]
    public async Task A_name_that_is_no_store_is_refused(string from, string says)
    {
        await using var installation = await CreateAsync("unused");
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => installation.Get<BlobCopies>().RunAsync(from, $"file:{Second}", checkAll: false, Ct));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Task<Installation> CreateAsync(string container) => Installation.CreateAsync(settings: new()
    {
        ["Blobs:Azure:ConnectionString"] = azurite.ConnectionString,
        ["Blobs:Azure:Container"] = container,
    });

    private static async Task<List<BlobKey>> FillAsync(string root)
    {
        var store = new FileBlobStore(root, new Spool(Path.Combine(root, "spool")), TimeProvider.System);
        var keys = new List<BlobKey>();
        foreach (var tenant in new[] { new TenantId(Guid.NewGuid()), new TenantId(Guid.NewGuid()) })
        {
            foreach (var kind in new[] { BlobKind.Original, BlobKind.Model, BlobKind.Map })
                keys.Add(await store.PutAsync(tenant, kind, new MemoryStream(Encoding.UTF8.GetBytes($"{tenant} {kind}")), Ct));
        }

        return keys;
    }

    /// <summary>One byte is another one; the length stays.</summary>
    private static async Task SpoilAsync(string root, BlobKey key)
    {
        var path = Path.Combine(root, key.ToString());
        var bytes = await File.ReadAllBytesAsync(path, Ct);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Ct);
    }
}
