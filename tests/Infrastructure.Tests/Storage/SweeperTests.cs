using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Storage;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.Infrastructure.Tests.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Tests.Storage;

public sealed class SweeperTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blobs_of_rows_stay_and_blobs_of_nobody_go()
    {
        var time = new ManualTime();
        await using var installation = await Installation.CreateAsync(time: time);
        var team = await Team.CreateAsync(installation, Ct);
        var stranger = new TenantId(Guid.NewGuid());
        await installation.Blobs.PutAsync(team.Tenant, BlobKind.Map, Content("orphan"), Ct);
        await installation.Blobs.PutAsync(stranger, BlobKind.View, Content("nobody's"), Ct);
        var before = await CountAsync(installation, team.Tenant);

        Assert.Equal(0, (await installation.Get<BlobSweeper>().SweepAsync(Ct)).Blobs); // everything is young
        time.Offset = TimeSpan.FromHours(2);
        var young = await installation.Blobs.PutAsync(team.Tenant, BlobKind.Map, Content("young"), Ct);
        Assert.Equal(2, (await installation.Get<BlobSweeper>().SweepAsync(Ct)).Blobs);

        Assert.Equal(before, await CountAsync(installation, team.Tenant)); // less the orphan, plus the young one
        Assert.NotNull(await installation.Blobs.OpenReadAsync(team.Tenant, young, Ct));
        Assert.Equal(0, await CountAsync(installation, stranger));
    }

    [Fact]
    public async Task A_deleted_project_takes_its_blobs_with_it()
    {
        var time = new ManualTime();
        await using var installation = await Installation.CreateAsync(time: time);
        var team = await Team.CreateAsync(installation, Ct);
        await using (var context = installation.Db.ForTenant(team.Tenant))
        {
            context.Projects.Remove(await context.Projects.SingleAsync(Ct));
            await context.SaveChangesAsync(Ct);
            Assert.Equal(0, await context.Images.CountAsync(Ct));
        }

        time.Offset = TimeSpan.FromHours(2);
        await installation.Get<BlobSweeper>().SweepAsync(Ct);
        Assert.Equal(0, await CountAsync(installation, team.Tenant));
    }

    [Fact]
    public async Task Every_blob_column_of_the_model_counts_as_a_reference()
    {
        await using var installation = await Installation.CreateAsync();
        var tenant = new TenantId(Guid.NewGuid());
        var rows = await EntityFactory.SeedAsync(installation.Db, tenant, Ct);
        await using var context = installation.Db.ForTenant(tenant);
        var columns = BlobReferences.Columns(context.Model).ToList();
        // Original, view, thumbnail, mask, ignore; base and drawn; a project's region; a model's and a registration model's bundle; map, heatmap; an export's file; an import's zip, report.
        Assert.Equal(15, columns.Count);
        var references = await BlobReferences.ReadAsync(context, Ct);
        foreach (var (entity, path) in columns)
        {
            var key = path.Aggregate(rows[entity], (value, member) => ((System.Reflection.PropertyInfo)member).GetValue(value)!);
            Assert.Contains(BlobReferences.Of((BlobKey)key), references);
        }
    }

    [Fact]
    public async Task A_blob_that_is_put_again_while_the_sweeper_works_survives()
    {
        var time = new ManualTime();
        await using var installation = await Installation.CreateAsync(time: time);
        var tenant = new TenantId(Guid.NewGuid());
        for (var round = 0; round < 30; round++)
        {
            var key = await installation.Blobs.PutAsync(tenant, BlobKind.View, Content($"round {round}"), Ct);
            time.Offset += TimeSpan.FromHours(2);
            var sweep = Task.Run(() => installation.Get<BlobSweeper>().SweepAsync(Ct), Ct);
            var put = Task.Run(() => installation.Blobs.PutAsync(tenant, BlobKind.View, Content($"round {round}"), Ct), Ct);
            await Task.WhenAll(sweep, put);
            await using var stream = await installation.Blobs.OpenReadAsync(tenant, key, Ct);
            Assert.NotNull(stream);
        }
    }

    [Fact]
    public async Task Work_directories_go_when_nobody_will_go_on_with_them()
    {
        var time = new ManualTime();
        await using var installation = await Installation.CreateAsync(time: time);
        var team = await Team.CreateAsync(installation, Ct);
        var now = time.GetUtcNow();
        var queued = await team.RunAsync(Ct, 1);
        var failed = await team.RunAsync(Ct, 2, run => run.Fail("It failed.", null, now));
        var deleted = new RunId(Guid.NewGuid());
        foreach (var id in new[] { queued.Id, failed.Id, deleted })
            Directory.CreateDirectory(Path.Combine(installation.WorkFolder, id.ToString(), "checkpoint"));
        Directory.CreateDirectory(Path.Combine(installation.WorkFolder, "not-a-run"));

        Assert.Equal(1, await installation.Get<WorkSweeper>().SweepAsync(Ct));
        Assert.Equal([queued.Id.ToString(), failed.Id.ToString(), "not-a-run"], Left(installation, queued, failed));
        time.Offset = TimeSpan.FromDays(8);
        Assert.Equal(1, await installation.Get<WorkSweeper>().SweepAsync(Ct));
        Assert.Equal([queued.Id.ToString(), "not-a-run"], Left(installation, queued, failed));
    }

    private static string[] Left(Installation installation, params TrainingRun[] order) =>
        [.. Directory.GetDirectories(installation.WorkFolder).Select(path => Path.GetFileName(path)!)
            .OrderBy(name => Array.FindIndex(order, run => run.Id.ToString() == name) is >= 0 and var index ? index : order.Length)];

    private static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task<int> CountAsync(Installation installation, TenantId tenant) =>
        await installation.Blobs.ListAsync(tenant, Ct).CountAsync(Ct);
}
