using FewShotAD.Domain.Common;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Review;

/// <summary>Who is given which image, and when.</summary>
public sealed class QueueTests(PortalHost host) : ReviewTest(host)
{
    [Fact]
    public async Task What_the_line_flags_waits_ordered_by_closeness_to_T2()
    {
        var (project, results) = await ProjectAsync(0.5, 2.6, 1.9, 1.2, 2.3, 1.0);
        var ada = await MemberAsync("Ada");
        var queue = await QueueAsync(ada, project);
        Assert.Equal([results[2], results[4], results[1], results[3]], queue.Items.Select(i => i.Id));
        Assert.Equal((4, 2, 2, 4, 0), (queue.Counts.Due, queue.Counts.Uncertain, queue.Counts.Defect, queue.Counts.Flagged, queue.Counts.Reviewed));
        Assert.Equal([results[2], results[3]], (await QueueAsync(ada, project, QueueFilter.Uncertain)).Items.Select(i => i.Id));
        Assert.Equal([results[4], results[1]], (await QueueAsync(ada, project, QueueFilter.Defect)).Items.Select(i => i.Id));
        Assert.True((await GiveAsync(ada, results[2], ReviewDecision.Normal)).Succeeded);
        var after = await QueueAsync(ada, project);
        Assert.Equal((3, 1), (after.Counts.Due, after.Counts.Reviewed));
    }

    [Fact]
    public async Task Pages_of_the_queue_give_every_image_once_though_distances_are_equal()
    {
        var (project, results) = await ProjectAsync([.. Enumerable.Range(0, 23).Select(i => i % 2 == 0 ? 2.25 : 1.75 - (i % 3 * 0.125))]);
        var seen = new List<QueueItem>();
        for (QueuePosition? after = null; ;)
        {
            var page = (await Get<ListQueue>().PageAsync(Team.Owner, new(project, QueueFilter.All, 4), after, Ct)).Value.Items;
            if (page.Count == 0)
                break;
            seen.AddRange(page);
            after = new QueuePosition(false, page[^1].Distance, page[^1].Id.Value);
        }

        Assert.Equal(results.Order(Comparer<ResultId>.Create((a, b) => a.Value.CompareTo(b.Value))), seen.Select(i => i.Id).Order(Comparer<ResultId>.Create((a, b) => a.Value.CompareTo(b.Value))));
        Assert.Equal(seen.OrderBy(i => i.Distance).ThenBy(i => i.Id.Value), seen);
    }

    [Fact]
    public async Task Many_who_reach_at_once_never_get_the_same_image()
    {
        var (project, results) = await ProjectAsync([.. Enumerable.Range(0, 40).Select(i => 2 + (i * 0.01))]);
        var people = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => MemberAsync($"Person {i}")));
        var taken = await Task.WhenAll(people.Select(who => Task.Run(async () =>
        {
            await using var scope = Host.Services.CreateAsyncScope();
            var got = new List<ResultId>();
            for (var i = 0; i < 3; i++)
                got.AddRange((await scope.ServiceProvider.GetRequiredService<TakeReview>().HandleAsync(who, new(project, 1, got, QueueFilter.All), Ct)).Value.Items.Select(x => x.Id));
            return got;
        })));
        var all = taken.SelectMany(x => x).ToList();
        Assert.Equal((36, 36), (all.Count, all.Distinct().Count()));
        Assert.Subset(results.ToHashSet(), all.ToHashSet());
        // The four that are left go to the next one, and then there is nothing.
        var late = await MemberAsync("Late");
        Assert.Equal(4, (await TakeAsync(late, project, 20)).Items.Count);
        Assert.Empty((await TakeAsync(await MemberAsync("Later"), project, 20)).Items);
    }

    [Fact]
    public async Task A_lease_is_renewed_while_open_and_over_after_five_minutes()
    {
        var (project, results) = await ProjectAsync(2.0, 2.1);
        var (ada, ben) = (await MemberAsync("Ada"), await MemberAsync("Ben"));
        Assert.Equal(results[0], Assert.Single((await TakeAsync(ada, project)).Items).Id);
        Host.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal([results[0]], (await TakeAsync(ada, project, 0, held: results[0])).Held);
        Host.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(results[1], Assert.Single((await TakeAsync(ben, project)).Items).Id);
        Assert.Empty((await TakeAsync(await MemberAsync("Cem"), project)).Items);
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(results[0], Assert.Single((await TakeAsync(ben, project, 1, held: results[1])).Items).Id);
        Assert.Empty((await TakeAsync(ada, project, 0, held: results[0])).Held);
        Assert.IsType<ResultIsHeld>((await GiveAsync(ada, results[0], ReviewDecision.Defect, fromQueue: true)).Error);
    }

    [Fact]
    public async Task One_that_ran_out_and_nobody_took_may_still_be_answered()
    {
        var (project, results) = await ProjectAsync(2.0);
        var (ada, ben) = (await MemberAsync("Ada"), await MemberAsync("Ben"));
        await TakeAsync(ada, project);
        Host.Time.Advance(TimeSpan.FromMinutes(9));
        var id = Guid.NewGuid();
        var given = (await GiveAsync(ada, results[0], ReviewDecision.Defect, fromQueue: true, clientId: id)).Value;
        Assert.Equal(540, given.Seconds);
        // The answer got lost on its way: sent again it is the same verdict.
        Assert.Equal(given.Sequence, (await GiveAsync(ada, results[0], ReviewDecision.Defect, fromQueue: true, clientId: id)).Value.Sequence);
        Assert.IsType<ClientIdReused>((await GiveAsync(ben, results[0], ReviewDecision.Defect, clientId: id)).Error);
        Assert.Contains("Ada", Assert.IsType<AlreadyDecided>((await GiveAsync(ben, results[0], ReviewDecision.Defect, fromQueue: true)).Error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_an_image_open_keeps_others_from_judging_it()
    {
        var (project, results) = await ProjectAsync(2.0, 2.1);
        var (ada, ben) = (await MemberAsync("Ada"), await MemberAsync("Ben"));
        await TakeAsync(ada, project);
        var held = Assert.IsType<ResultIsHeld>((await GiveAsync(ben, results[0], ReviewDecision.Defect)).Error);
        Assert.Equal(("Ada", ErrorKind.Conflict), (held.By, held.Kind));
        Assert.Equal(Host.Time.Now.AddMinutes(5), held.Until);
        Assert.IsType<LeaseLost>((await GiveAsync(ben, results[1], ReviewDecision.Defect, fromQueue: true)).Error);
        Assert.True((await GiveAsync(ben, results[1], ReviewDecision.Defect)).Succeeded);
        Assert.True((await Get<ReleaseReview>().HandleAsync(ada, results[0], Ct)).Succeeded);
        Assert.True((await GiveAsync(ben, results[0], ReviewDecision.Defect)).Succeeded);
    }

    [Fact]
    public async Task Images_taken_ahead_are_timed_from_the_verdict_before()
    {
        var (project, results) = await ProjectAsync(2.0, 2.1);
        var ada = await MemberAsync("Ada");
        await TakeAsync(ada, project, 2);
        Host.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, (await GiveAsync(ada, results[0], ReviewDecision.Defect, fromQueue: true)).Value.Seconds);
        Host.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, (await GiveAsync(ada, results[1], ReviewDecision.Defect, fromQueue: true)).Value.Seconds);
    }

    [Fact]
    public async Task What_is_taken_back_is_open_again_and_ones_own()
    {
        var (project, results) = await ProjectAsync(2.0);
        var (ada, ben) = (await MemberAsync("Ada"), await MemberAsync("Ben"));
        await TakeAsync(ada, project);
        await GiveAsync(ada, results[0], ReviewDecision.Normal, fromQueue: true);
        Assert.True((await Get<WithdrawVerdict>().HandleAsync(ada, results[0], Ct)).Succeeded);
        Assert.Empty((await TakeAsync(ben, project)).Items);
        Assert.True((await GiveAsync(ada, results[0], ReviewDecision.Defect, fromQueue: true)).Succeeded);
        var history = (await Get<ListVerdicts>().HandleAsync(ben, new(results[0], null, 10), Ct)).Value;
        Assert.Equal([(ReviewDecision.Defect, false), (ReviewDecision.Normal, true)], history.Select(h => (h.Verdict.Decision, h.WithdrawnAt is not null)));
        Assert.IsType<NothingToWithdraw>((await Get<WithdrawVerdict>().HandleAsync(ben, results[0], Ct)).Error);
    }

    [Fact]
    public async Task Assigned_images_are_offered_to_their_person_only()
    {
        var (project, results) = await ProjectAsync(2.0, 2.1, 2.2, 2.3);
        var (ada, ben, engineer) = (await MemberAsync("Ada"), await MemberAsync("Ben"), await MemberAsync("Eva", TeamRole.Engineer));
        var assign = Get<AssignReview>();
        Assert.IsType<RoleTooLow>((await assign.HandleAsync(ada, new(project, [results[0]], null, ben.User), Ct)).Error);
        Assert.Equal(2, (await assign.HandleAsync(engineer, new(project, null, 2, ben.User), Ct)).Value);
        Assert.Equal(1, (await assign.HandleAsync(ada, new(project, [results[2], results[0]], null, null), Ct)).Value);
        Assert.Equal([results[2], results[3]], (await TakeAsync(ada, project, 4)).Items.Select(i => i.Id));
        Assert.Equal([results[0], results[1]], (await QueueAsync(ben, project, QueueFilter.Mine)).Items.Select(i => i.Id));
        // The next one of somebody else's is taken back too, the nearest first.
        Assert.Equal(1, (await assign.HandleAsync(engineer, new(project, null, 1, ben.User, TakeBack: true), Ct)).Value);
        Assert.Equal([results[1]], (await QueueAsync(ben, project, QueueFilter.Mine)).Items.Select(i => i.Id));
        Assert.Equal(1, (await assign.HandleAsync(engineer, new(project, [results[0]], null, ben.User), Ct)).Value);
        Assert.Equal(1, (await assign.HandleAsync(ben, new(project, [results[0]], null, null, TakeBack: true), Ct)).Value);
        Assert.Equal([results[0]], (await TakeAsync(engineer, project, 4)).Items.Select(i => i.Id));
        // Who leaves leaves the images behind.
        Assert.True((await Get<RemoveMember>().HandleAsync(Team.Owner, ben.User, Ct)).Succeeded);
        Assert.Equal([results[1]], (await TakeAsync(engineer, project, 4, held: results[0])).Items.Select(i => i.Id));
        Assert.IsType<NoSuchReviewer>((await assign.HandleAsync(engineer, new(project, null, 1, ben.User), Ct)).Error);
        Assert.IsType<NoSuchReviewer>((await assign.HandleAsync(engineer, new(project, null, 1, (await MemberAsync("Vic", TeamRole.Viewer)).User), Ct)).Error);
        Assert.IsType<NothingChosen>((await assign.HandleAsync(engineer, new(project, null, null, null), Ct)).Error);
    }
}
