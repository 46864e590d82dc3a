using FewShotAD.Domain.Images;
using FewShotAD.Domain.Review;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Features.Review;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Scale;

/// <summary>The page of 100,000 images and the review queue over as many results.</summary>
[Collection(nameof(LargeCollection))]
public sealed class ImageScaleTests(LargeHost host, ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ListImages.Request All => new(host.Project);

    private IReadOnlyList<ListImages.Request> Filters =>
    [
        All, All with { Split = ImageSplit.Test }, All with { Split = ImageSplit.Support }, All with { Split = ImageSplit.Unassigned }, All with { Label = ImageLabel.Defective },
        All with { DefectType = "dent" }, All with { Search = "part-0123" }, All with { Split = ImageSplit.Test, Search = "line-4" },
    ];

    [Fact]
    public async Task A_page_of_images_at_any_depth_is_that_of_a_slow_reference()
    {
        await using var context = host.Db.ForTenant(host.Actor.Tenant);
        var all = (await context.Images.AsNoTracking().Where(i => i.ProjectId == host.Project).ToListAsync(Ct))
            .OrderBy(i => i.Split switch { ImageSplit.Support => 0, ImageSplit.Test => 1, _ => 2 }).ThenBy(i => i.Name, StringComparer.Ordinal).ThenBy(i => i.Id.Value).ToList();
        await using var scope = host.Services.CreateAsyncScope();
        var list = scope.ServiceProvider.GetRequiredService<ListImages>();
        foreach (var filter in Filters)
        {
            var expected = all.Where(i => (filter.Split is null || i.Split == filter.Split) && (filter.Label is null || i.Label == filter.Label)
                && (filter.DefectType is null || i.DefectType == filter.DefectType) && (filter.Search is null || i.Name.Contains(filter.Search, StringComparison.Ordinal))).ToList();
            foreach (var skip in new[] { 0, expected.Count / 2, Math.Max(0, expected.Count - 5) })
            {
                var page = await list.HandleAsync(host.Actor, filter with { Skip = skip, Take = 30 }, Ct);
                Assert.Equal(expected.Count, page.Total);
                Assert.Equal(expected.Skip(skip).Take(30).Select(i => i.Id), page.Items.Select(i => i.Id));
            }
        }
    }

    [Fact]
    public async Task No_list_of_images_or_of_the_queue_sorts_or_reads_a_whole_table()
    {
        await using var scope = host.Services.CreateAsyncScope();
        var list = scope.ServiceProvider.GetRequiredService<ListImages>();
        var queue = scope.ServiceProvider.GetRequiredService<ListQueue>();
        using var plans = new Plans();
        foreach (var filter in Filters)
        {
            await list.HandleAsync(host.Actor, filter with { Skip = 30_000, Take = 60 }, Ct);
            foreach (var order in Enum.GetValues<ImageOrder>())
                await list.PageAsync(host.Actor, filter with { Take = 60 }, order, new ImagePosition(order, "line-2/2026-06/part-050000.png", host.Model.CreatedAt.AddDays(9), Guid.NewGuid()), Ct);
        }

        foreach (var filter in Enum.GetValues<QueueFilter>())
            await queue.HandleAsync(host.Actor, new(host.Project, filter, 20), Ct);
        Assert.NotEqual(0, plans.Count);
        // What people have touched is counted by grouping, and what is few sorted: conflicts, second reviews, ties of one score.
        var slow = plans.Slow.Where(step => !step.StartsWith("USE TEMP B-TREE FOR LAST TERM", StringComparison.Ordinal)
            && !(step.StartsWith("USE TEMP B-TREE", StringComparison.Ordinal) && step.Contains("FROM \"ReviewItems\"", StringComparison.Ordinal)));
        Assert.Empty(slow);
    }

    [Fact]
    public async Task Times_of_images_and_queue()
    {
        await using var scope = host.Services.CreateAsyncScope();
        var list = scope.ServiceProvider.GetRequiredService<ListImages>();
        var queue = scope.ServiceProvider.GetRequiredService<ListQueue>();
        var take = scope.ServiceProvider.GetRequiredService<TakeReview>();
        var give = scope.ServiceProvider.GetRequiredService<GiveVerdict>();
        var random = new Random(3);
        T Any<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];
        var times = new Times(output);
        await times.MeasureAsync("images: page at any scroll position, with the total", 60, () => list.HandleAsync(host.Actor, All with { Skip = random.Next(LargeHost.Images), Take = 60 }, Ct));
        await times.MeasureAsync("images: the same, any filter", 60, () => list.HandleAsync(host.Actor, Any(Filters) with { Skip = random.Next(1_000), Take = 60 }, Ct));
        await times.MeasureAsync("images: search by name", 40, () => list.HandleAsync(host.Actor, All with { Search = $"part-{random.Next(1000):000}", Take = 60 }, Ct));
        await times.MeasureAsync("review: the queue's head, any filter, with all counts", 30, () => queue.HandleAsync(host.Actor, new(host.Project, Any(Enum.GetValues<QueueFilter>()), 20), Ct));
        await times.MeasureAsync("review: take the next image", 30, async () => (await take.HandleAsync(host.Actor, new(host.Project, 1, [], QueueFilter.All), Ct)).Value);
        await times.MeasureAsync("review: a verdict and the next image", 30, async () =>
        {
            var next = (await take.HandleAsync(host.Actor, new(host.Project, 1, [], QueueFilter.Uncertain), Ct)).Value;
            return await give.HandleAsync(host.Actor, new(next.Items[0].Id, ReviewDecision.Unsure, null, null, Guid.NewGuid(), true), Ct);
        });
    }
}
