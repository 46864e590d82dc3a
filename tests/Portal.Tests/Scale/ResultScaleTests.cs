using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Review;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Scale;

/// <summary>Lists of 100,000 results: equal to a slow reference at every depth, along an index, and with their times printed.</summary>
[Collection(nameof(LargeCollection))]
public sealed class ResultScaleTests(LargeHost host, ITestOutputHelper output)
{
    private static readonly Verdict?[] Verdicts = [null, .. Enum.GetValues<Verdict>()];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ListResults.Request All => new(host.Project, host.Model.Id);

    /// <summary>One of each filter, and several at once.</summary>
    private IReadOnlyList<ListResults.Request> Filters =>
    [
        All, All with { Label = ImageLabel.Defective }, All with { Label = ImageLabel.Normal }, All with { DefectType = "scratch" }, All with { DefectType = "" },
        All with { Mistake = Mistake.FalsePositive }, All with { Mistake = Mistake.FalseNegative },
        All with { Review = ReviewOutcome.Unreviewed }, All with { Review = ReviewOutcome.InReview }, All with { Review = ReviewOutcome.Defect },
        All with { ReviewedBy = host.Reviewers[0] }, All with { Search = "PART-0777" }, All with { Search = "7%" }, All with { Search = "line-3/2026-04" },
        All with { Range = new(MinScore: 0.3, MaxScore: 2.5) }, All with { Range = new(From: host.Model.CreatedAt.AddDays(3), Until: host.Model.CreatedAt.AddDays(15)) },
        All with { Label = ImageLabel.Normal, Review = ReviewOutcome.Normal, Range = new(0.2, 3), Search = "line-1" },
    ];

    [Fact]
    public async Task A_page_at_any_depth_is_that_of_a_slow_reference()
    {
        var rows = await ReferenceAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var list = scope.ServiceProvider.GetRequiredService<ListResults>();
        var random = new Random(1);
        foreach (var filter in Filters)
        {
            foreach (var order in Enum.GetValues<ResultOrder>())
            {
                var request = filter with { Order = order, Verdict = Verdicts[random.Next(Verdicts.Length)] };
                var expected = Expected(rows, request);
                var known = new KnownList(expected.Count);
                // Forth and back: what earlier windows left behind serves the later ones.
                foreach (var skip in new[] { 0, expected.Count / 2, Math.Max(0, expected.Count - 7), expected.Count + 5, expected.Count / 3, expected.Count / 2 })
                {
                    var items = await list.WindowAsync(host.Actor, request with { Skip = skip, Take = 40 }, host.Model, known, Ct);
                    Assert.Equal(expected.Skip(skip).Take(40).Select(r => r.Result.Id), items.Select(i => i.Id));
                }

                if (expected.Count == 0)
                    continue;
                var at = random.Next(expected.Count);
                var (result, image, _, _) = expected[at];
                Assert.Equal(at, await list.PositionAsync(host.Actor, request, result, host.Model, image.Name, Ct));
                var after = new ResultPosition(order, host.Model.Id.Value, result.Score, image.Name, result.ScoredAt, result.Id.Value);
                var page = await list.PageAsync(host.Actor, request with { Take = 20 }, after, Ct);
                Assert.Equal(expected.Skip(at + 1).Take(20).Select(r => r.Result.Id), page.Value.Items.Select(i => i.Id));
            }

            var answer = (await list.HandleAsync(host.Actor, filter with { Take = 1 }, Ct)).Value;
            Assert.Equal(Expected(rows, filter).Count, answer.Total);
        }
    }

    [Fact]
    public async Task Numbers_beside_the_filters_are_those_of_the_lists()
    {
        var rows = await ReferenceAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var counts = (await scope.ServiceProvider.GetRequiredService<CountResults>().HandleAsync(host.Actor, new(host.Project, host.Model.Id), Ct)).Value;
        Assert.All(counts.Mistakes, c => Assert.Equal(Expected(rows, All with { Mistake = c.Key }).Count, c.Value));
        Assert.All(counts.Labels, c => Assert.Equal(Expected(rows, All with { Label = c.Key }).Count, c.Value));
        Assert.All(counts.Reviews, c => Assert.Equal(Expected(rows, All with { Review = c.Key }).Count, c.Value));
        Assert.All(counts.Types, c => Assert.Equal(Expected(rows, All with { DefectType = c.Type }).Count, c.Count));
        Assert.All(counts.Reviewers, c => Assert.Equal(Expected(rows, All with { ReviewedBy = c.User }).Count, c.Count));
        // Beside whoever gave a verdict in another test of this project.
        Assert.Subset(counts.Reviewers.Select(c => c.User).ToHashSet(), host.Reviewers.ToHashSet());
        Assert.All([.. counts.Mistakes.Values, .. counts.Labels.Values, .. counts.Reviews.Values, .. counts.Types.Select(t => t.Count)], count => Assert.NotEqual(0, count));
    }

    [Fact]
    public async Task No_list_sorts_or_reads_a_whole_table()
    {
        await using var scope = host.Services.CreateAsyncScope();
        var list = scope.ServiceProvider.GetRequiredService<ListResults>();
        var read = scope.ServiceProvider.GetRequiredService<GetReviewCase>();
        using var plans = new Plans();
        var position = new ResultPosition(default, host.Model.Id.Value, 1.5, "line-2/2026-06/part-050000.png", host.Model.CreatedAt.AddDays(9), Guid.NewGuid());
        foreach (var order in Enum.GetValues<ResultOrder>())
        {
            foreach (var filter in Filters)
            {
                foreach (var verdict in Verdicts)
                {
                    var request = filter with { Order = order, Verdict = verdict, Skip = 30_000, Take = 60 };
                    await list.WindowAsync(host.Actor, request, host.Model, new KnownList(LargeHost.Images), Ct);
                    await list.PageAsync(host.Actor, request, position with { Order = order }, Ct);
                }
            }
        }

        var one = (await list.WindowAsync(host.Actor, All with { Take = 1 }, host.Model, new KnownList(LargeHost.Images), Ct))[0];
        Assert.True((await read.HandleAsync(host.Actor, one.Id, Ct)).Succeeded);
        Assert.NotEqual(0, plans.Count);
        Assert.Empty(plans.Slow);
    }

    [Fact]
    public async Task Times_of_the_results_browser()
    {
        await using var scope = host.Services.CreateAsyncScope();
        var list = scope.ServiceProvider.GetRequiredService<ListResults>();
        var read = scope.ServiceProvider.GetRequiredService<GetReviewCase>();
        var count = scope.ServiceProvider.GetRequiredService<CountResults>();
        var random = new Random(2);
        var orders = Enum.GetValues<ResultOrder>();
        T Any<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];
        output.WriteLine($"{LargeHost.Images} images and results made in {host.SeedTime.TotalSeconds:0.0} s");
        // As on a page, the length of a list is counted when its filter is chosen.
        var lists = new Dictionary<ListResults.Request, KnownList>();
        foreach (var filter in Filters)
        {
            var counted = (await list.HandleAsync(host.Actor, filter, Ct)).Value;
            foreach (var verdict in Verdicts)
                lists[filter with { Verdict = verdict }] = new KnownList(verdict is { } named ? counted.Counts[named] : counted.Total);
        }

        Task<IReadOnlyList<ListResults.Item>> Window(ListResults.Request filter, ResultOrder order, int skip, int take = 60) =>
            list.WindowAsync(host.Actor, filter with { Order = order, Skip = skip, Take = take }, host.Model, lists[filter], Ct);

        // Each kind of question once: its translation is kept by the program, and not part of what is asked again.
        foreach (var (filter, order) in from filter in lists.Keys from order in orders select (filter, order))
            await Window(filter, order, 5_000);

        var times = new Times(output);
        await times.MeasureAsync("grid page, any scroll position, any order", 60, () =>
            Window(All, Any(orders), random.Next(LargeHost.Images)));
        await times.MeasureAsync("the same, any filter and verdict", 80, () =>
            Window(Any(Filters) with { Verdict = Any(Verdicts) }, Any(orders), random.Next(20_000)));
        await times.MeasureAsync("a stretch of days in another order than time", 40, () =>
            Window(Filters[15], Any<ResultOrder>([ResultOrder.ScoreDescending, ResultOrder.Name, ResultOrder.Nearest]), random.Next(40_000)));
        await times.MeasureAsync("by distance to T2, any scroll position", 40, () =>
            Window(All, ResultOrder.Nearest, random.Next(LargeHost.Images)));
        await times.MeasureAsync("new filter: first page, total and verdict counts", 80, () =>
            list.HandleAsync(host.Actor, Any(Filters) with { Order = Any(orders), Take = 60 }, Ct));
        await times.MeasureAsync("new sort order: first page and counts", 40, () => list.HandleAsync(host.Actor, All with { Order = Any(orders), Take = 60 }, Ct));
        await times.MeasureAsync("search by name: first page and counts", 40, () =>
            list.HandleAsync(host.Actor, All with { Order = Any(orders), Search = $"part-{random.Next(1000):000}", Take = 60 }, Ct));
        await times.MeasureAsync("REST page after a cursor, any place, any order", 60, async () =>
        {
            var order = Any(orders);
            var after = new ResultPosition(order, host.Model.Id.Value, 0.1 + (4 * random.NextDouble()), $"line-{random.Next(5)}/2026-05/", host.Model.CreatedAt.AddDays(random.Next(20)), Guid.Empty);
            return await list.PageAsync(host.Actor, All with { Order = order, Take = 100 }, after, Ct);
        });
        var somewhere = await Window(All, ResultOrder.Nearest, 20_000);
        await times.MeasureAsync("next image: the image, its history, its neighbours", 60, async () =>
        {
            await read.HandleAsync(host.Actor, Any(somewhere).Id, Ct);
            return await Window(All, Any(orders), random.Next(LargeHost.Images), 61);
        });
        await times.MeasureAsync("an image by its address: its place in the list", 60, async () =>
        {
            var it = (await read.HandleAsync(host.Actor, Any(somewhere).Id, Ct)).Value;
            return await list.PositionAsync(host.Actor, Any(Filters) with { Order = Any(orders) }, it.Result, host.Model, it.Image.Name, Ct);
        });
        await times.MeasureAsync("numbers beside the filters (read after the list)", 20, () => count.HandleAsync(host.Actor, new(host.Project, host.Model.Id), Ct));
    }

    private static List<Reference> Expected(IReadOnlyList<Reference> all, ListResults.Request request)
    {
        var line = Support.TeamAtWork.Line;
        var rows = all.Where(r =>
            (request.Verdict is null || line.Judge(r.Result.Score) == request.Verdict)
            && (request.Label is null || r.Image.Label == request.Label)
            && (request.DefectType is null || (r.Image.Label == ImageLabel.Defective && (r.Image.DefectType ?? "") == request.DefectType))
            && (request.Review is null || r.Review == request.Review)
            && (request.ReviewedBy is null || r.By == request.ReviewedBy)
            && (request.Search is null || r.Image.Name.Contains(request.Search, StringComparison.OrdinalIgnoreCase))
            && (request.Range is not { } range || ((range.MinScore is null || r.Result.Score >= range.MinScore) && (range.MaxScore is null || r.Result.Score <= range.MaxScore)
                && (range.From is null || r.Result.ScoredAt >= range.From) && (range.Until is null || r.Result.ScoredAt < range.Until)))
            && request.Mistake switch
            {
                Mistake.FalsePositive => line.Judge(r.Result.Score) == Verdict.Defect && Truth(r) == ImageLabel.Normal,
                Mistake.FalseNegative => line.Judge(r.Result.Score) == Verdict.Normal && Truth(r) == ImageLabel.Defective,
                _ => true,
            });
        return
        [
            .. request.Order switch
            {
                ResultOrder.ScoreAscending => rows.OrderBy(r => r.Result.Score).ThenBy(r => r.Result.Id.Value),
                ResultOrder.Name => rows.OrderBy(r => r.Image.Name, StringComparer.Ordinal).ThenBy(r => r.Result.Id.Value),
                ResultOrder.Newest => rows.OrderByDescending(r => r.Result.ScoredAt).ThenByDescending(r => r.Result.Id.Value),
                ResultOrder.Oldest => rows.OrderBy(r => r.Result.ScoredAt).ThenBy(r => r.Result.Id.Value),
                ResultOrder.Nearest => rows.OrderBy(r => Math.Abs(r.Result.Score - line.CertainlyDefective)).ThenBy(r => r.Result.Score < line.CertainlyDefective)
                    .ThenBy(r => r.Result.Score < line.CertainlyDefective ? -r.Result.Score : r.Result.Score)
                    .ThenBy(r => r.Result.Id.Value, Comparer<Guid>.Create((a, b) => a.CompareTo(b))),
                _ => rows.OrderByDescending(r => r.Result.Score).ThenByDescending(r => r.Result.Id.Value),
            },
        ];
    }

    private static ImageLabel Truth(Reference row) => row.Review switch
    {
        ReviewOutcome.Normal => ImageLabel.Normal,
        ReviewOutcome.Defect => ImageLabel.Defective,
        _ => row.Image.Label,
    };

    /// <summary>All rows with what they are copies of, the slow way: every table read whole and matched in memory.</summary>
    private async Task<List<Reference>> ReferenceAsync()
    {
        await using var context = host.Db.ForTenant(host.Actor.Tenant);
        var results = await context.Results.AsNoTracking().ToListAsync(Ct);
        var images = await context.Images.AsNoTracking().ToDictionaryAsync(i => i.Id, Ct);
        var items = await context.ReviewItems.AsNoTracking().ToDictionaryAsync(i => i.ResultId, Ct);
        var verdicts = await CountingVerdicts.Standing(context, context.ReviewVerdicts.AsNoTracking()).ToListAsync(Ct);
        var last = verdicts.GroupBy(v => v.ResultId).ToDictionary(g => g.Key, g => g.MaxBy(v => v.Sequence)!);
        return [.. results.Select(r => Of(r, images[r.ImageId], items.GetValueOrDefault(r.Id), last.GetValueOrDefault(r.Id)))];
    }

    private static Reference Of(ScoredImage result, InspectionImage image, ReviewItem? item, ReviewVerdict? last) => (item?.State, last) switch
    {
        (ReviewState.SecondDue or ReviewState.Conflict, _) => new(result, image, ReviewOutcome.InReview, null),
        (null or ReviewState.Decided, { } verdict) => new(result, image, Enum.Parse<ReviewOutcome>(verdict.Decision.ToString()), verdict.GivenBy),
        _ => new(result, image, ReviewOutcome.Unreviewed, null),
    };

    private sealed record Reference(ScoredImage Result, InspectionImage Image, ReviewOutcome Review, UserId? By);
}
