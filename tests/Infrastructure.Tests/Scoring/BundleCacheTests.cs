using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Infrastructure.Tests.Support;

namespace FewShotAD.Infrastructure.Tests.Scoring;

/// <summary>Copies of model files on this machine.</summary>
public sealed class BundleCacheTests
{
    private static readonly TenantId Tenant = new(Guid.NewGuid());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_is_fetched_once_and_kept_below_its_team()
    {
        await using var installation = await Installation.CreateAsync();
        var cache = installation.Get<BundleCache>();
        var key = await PutAsync(installation, "a model");
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cache.OpenAsync(Tenant, key, Ct)));
        Assert.Equal("a model", await File.ReadAllTextAsync(opened[0]!.Path, Ct));
        Assert.Equal(Path.Combine(cache.Root, Tenant.ToString()), opened[0]!.Path[..(cache.Root.Length + 33)]);
        Assert.Single(Directory.GetFiles(cache.Root, "*", SearchOption.AllDirectories));
        await Assert.ThrowsAsync<ArgumentException>(async () => await cache.OpenAsync(new TenantId(Guid.NewGuid()), await PutAsync(installation, "another"), Ct));
        foreach (var file in opened)
            file!.Dispose();
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_null_and_a_broken_copy_is_fetched_again()
    {
        await using var installation = await Installation.CreateAsync();
        var cache = installation.Get<BundleCache>();
        Assert.Null(await cache.OpenAsync(Tenant, BlobKey.For(Tenant, BlobKind.Model, new string('a', 64)), Ct));
        var key = await PutAsync(installation, "a model");
        using (var file = await cache.OpenAsync(Tenant, key, Ct))
        {
            await File.WriteAllTextAsync(file!.Path, "a mod", Ct);
            cache.Discard(file);
        }

        using var again = await cache.OpenAsync(Tenant, key, Ct);
        Assert.Equal("a model", await File.ReadAllTextAsync(again!.Path, Ct));
    }

    [Fact]
    public async Task The_least_recently_used_make_room_and_what_is_in_use_stays()
    {
        var time = new ManualTime();
        await using var installation = await Installation.CreateAsync(time: time, settings: new() { ["Scoring:CacheMegabytes"] = "64" });
        var cache = installation.Get<BundleCache>();
        var files = new List<BundleFile>();
        for (var i = 0; i < 4; i++)
        {
            files.Add((await cache.OpenAsync(Tenant, await PutAsync(installation, new string((char)('a' + i), 30 << 20)), Ct))!);
            time.Offset += TimeSpan.FromMinutes(1);
        }

        for (var i = 1; i < 4; i++)
            files[i].Dispose();
        Assert.Equal(1, cache.Sweep());
        Assert.Equal([true, false, true, true], files.Select(file => File.Exists(file.Path)));
        files[0].Dispose();
        time.Offset += TimeSpan.FromDays(2);
        Assert.Equal(3, cache.Sweep());
    }

    private static async Task<BlobKey> PutAsync(Installation installation, string content) =>
        await installation.Blobs.PutAsync(Tenant, BlobKind.Model, new MemoryStream(Encoding.UTF8.GetBytes(content)), Ct);
}
