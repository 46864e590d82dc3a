using Azure.Storage.Blobs;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Storage;
using FewShotAD.Infrastructure.Tests.Support;

namespace FewShotAD.Infrastructure.Tests.Storage;

public sealed class AzureBlobStoreTests(AzuriteFixture azurite) : BlobStoreContract, IClassFixture<AzuriteFixture>, IDisposable
{
    private readonly string folder = Installation.TemporaryFolder();

    protected override int Spooled => Directory.GetFiles(folder).Length;

    protected override int RaceRounds => 6;

    [Fact]
    public async Task A_large_blob_arrives_whole_in_blocks()
    {
        var ct = TestContext.Current.CancellationToken;
        var store = await StoreAsync();
        var bytes = new byte[11 * 1024 * 1024 + 17];
        new Random(3).NextBytes(bytes);
        var key = await store.PutAsync(A, BlobKind.Model, new MemoryStream(bytes), ct);
        Assert.Equal(bytes, await ReadAsync(store, A, key));
    }

    [Fact]
    public async Task The_registration_uses_the_account_that_is_configured()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var installation = await Installation.CreateAsync(settings: new()
        {
            ["Blobs:Provider"] = "Azure",
            ["Blobs:Azure:ConnectionString"] = azurite.ConnectionString,
            ["Blobs:Azure:Container"] = "registered",
        });
        await installation.StartAsync(ct);
        Assert.IsType<AzureBlobStore>(installation.Blobs);
        var key = await installation.Blobs.PutAsync(A, BlobKind.View, new MemoryStream([1]), ct);
        Assert.Equal([1], await ReadAsync(installation.Blobs, A, key));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private protected override async Task<IBlobStore> StoreAsync()
    {
        var container = new BlobServiceClient(azurite.ConnectionString).GetBlobContainerClient("contract");
        var store = new AzureBlobStore(container, new Spool(folder), TimeProvider.System);
        await store.CreateContainerAsync(TestContext.Current.CancellationToken);
        return store;
    }

    // Nobody can set Last-Modified, and it counts in whole seconds: instead the race begins when a new second has.
    private protected override Task AgeAsync(IBlobStore store, BlobKey key) => Task.CompletedTask;

    private protected override async Task<DateTimeOffset> BeforeAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var nextSecond = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero).AddSeconds(1);
        await Task.Delay(nextSecond - now + TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        return nextSecond.AddMilliseconds(-1);
    }
}
