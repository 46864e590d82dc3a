using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure;
using FewShotAD.Portal.Features.Bundles;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using FewShotAD.TestKit;

namespace FewShotAD.Portal.Tests.Bundles;

/// <summary>Bundles that were made lately: for their team, for a while, and not without end.</summary>
public sealed class BundleShelfTests(PortalHost host) : PortalTest(host)
{
    private readonly FakeTime time = new();

    [Fact]
    public async Task A_bundle_stays_while_it_is_asked_for_and_is_nobody_elses()
    {
        using var shelf = new BundleShelf(Get<DataPaths>(), time);
        var (model, colleague) = (new ModelId(Guid.NewGuid()), Team.Owner with { User = new UserId(Guid.NewGuid()) });
        var path = await PutAsync(shelf, model, "first");
        Assert.False(Taken(shelf.Find(Team.Owner, model, null)).IsNewToThem);
        Assert.Equal((true, false), (Taken(shelf.Find(colleague, model, "first")).IsNewToThem, Taken(shelf.Find(colleague, model, "first")).IsNewToThem));
        Assert.Null(shelf.Find(Team.Owner, model, "another"));
        Assert.Null(shelf.Find(Team.Owner with { Tenant = new TenantId(Guid.NewGuid()) }, model, null));
        for (var i = 0; i < 3; i++)
        {
            time.Advance(BundleShelf.Life - TimeSpan.FromSeconds(1));
            Taken(shelf.Find(Team.Owner, model, null));
        }

        time.Advance(BundleShelf.Life + TimeSpan.FromSeconds(1));
        Assert.Null(shelf.Find(Team.Owner, model, null));
        // Made anew it takes the old one's place.
        var again = await PutAsync(shelf, model, "second");
        Assert.Equal((false, true), (File.Exists(path), File.Exists(again)));
    }

    [Fact]
    public async Task The_shelf_has_an_end_and_leaves_nothing_behind()
    {
        var paths = new List<string>();
        using (var shelf = new BundleShelf(Get<DataPaths>(), time))
        {
            for (var i = 0; i <= BundleShelf.Most; i++)
            {
                paths.Add(await PutAsync(shelf, new ModelId(Guid.NewGuid()), $"{i}"));
                time.Advance(TimeSpan.FromSeconds(1));
            }

            Assert.Equal([paths[0]], paths.Where(path => !File.Exists(path)));
        }

        Assert.DoesNotContain(paths, File.Exists);
    }

    [Fact]
    public async Task Of_files_of_one_moment_the_newest_stays()
    {
        using var shelf = new BundleShelf(Get<DataPaths>(), time);
        for (var i = 0; i < 4 * BundleShelf.Most; i++)
            await PutAsync(shelf, new ModelId(Guid.NewGuid()), $"{i}");
    }

    private async Task<string> PutAsync(BundleShelf shelf, ModelId model, string sha256)
    {
        string path;
        await using (var file = shelf.NewFile())
        {
            await file.WriteAsync(new byte[] { 1, 2, 3 }, Ct);
            path = file.Name;
        }

        await using var read = shelf.Put(Team.Owner, model, path, "Part v1.bundle.zip", sha256);
        Assert.Equal(3, read.Length);
        return path;
    }

    private static BundleShelf.Found Taken(BundleShelf.Found? found)
    {
        Assert.NotNull(found);
        found.File.Dispose();
        return found;
    }
}
