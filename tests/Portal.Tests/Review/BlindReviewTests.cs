using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Review;

/// <summary>Second verdicts, decisions between two, acceptance, and what becomes of verified images.</summary>
public sealed class BlindReviewTests(PortalHost host) : ReviewTest(host)
{
    [Fact]
    public async Task Until_the_second_verdict_only_its_author_sees_the_first_through_any_door()
    {
        var (project, results) = await ProjectAsync(2.0);
        await SecondReviewsAsync(project, 100);
        var (ada, ben) = (await MemberAsync("Ada"), await MemberAsync("Ben", TeamRole.Owner));
        await GiveAsync(ada, results[0], ReviewDecision.Normal, "Only dust");

        Assert.Empty((await Get<ListVerdicts>().HandleAsync(ben, new(results[0], null, 10), Ct)).Value);
        Assert.Single((await Get<ListVerdicts>().HandleAsync(ada, new(results[0], null, 10), Ct)).Value);
        Assert.Null((await Get<GetResult>().HandleAsync(ben, results[0], Ct)).Value.Review);
        Assert.Empty((await Get<ListResults>().PageAsync(ben, new(project), null, Ct)).Value.Reviews);
        var open = (await Get<GetReviewCase>().HandleAsync(ben, results[0], Ct)).Value;
        Assert.True(open.IsBlind);
        Assert.Empty(open.History);
        Assert.Empty(open.Names);
        var statistics = (await Get<GetReviewStatistics>().HandleAsync(ben, new(project, null, null), Ct)).Value;
        Assert.Equal((1, 0), (statistics.Work[0].Decided, statistics.Work[0].Overruled));
        Assert.Empty(statistics.Model);
        var trail = (await Get<ListAudit>().HandleAsync(ben, new(new(), null, 100), Ct)).Value.Items;
        Assert.Equal("First of two", Assert.Single(trail, e => e.Action == AuditAction.VerdictGive).Detail);
        await using (var context = Team.Open())
            Assert.Empty(await CountingVerdicts.OfAsync(context, results, Ct));

        Assert.Empty((await QueueAsync(ada, project)).Items);
        Assert.Equal(ReviewTask.Second, Assert.Single((await QueueAsync(ben, project, QueueFilter.SecondReviews)).Items).Task);
        Assert.Equal(ReviewPass.Second, (await GiveAsync(ben, results[0], ReviewDecision.Normal)).Value.Pass);
        Assert.Equal(2, (await Get<ListVerdicts>().HandleAsync(ben, new(results[0], null, 10), Ct)).Value.Count);
        Assert.Equal(ReviewDecision.Normal, (await Get<GetResult>().HandleAsync(ada, results[0], Ct)).Value.Review!.Decision);
        Assert.IsType<ReviewIsSettled>((await GiveAsync(ada, results[0], ReviewDecision.Defect)).Error);
        Assert.IsType<VerdictSeconded>((await Get<WithdrawVerdict>().HandleAsync(ada, results[0], Ct)).Error);
        Assert.Equal(1, Assert.Single((await Get<GetReviewStatistics>().HandleAsync(ben, new(project, null, null), Ct)).Value.People).Agreement.Agreed);
    }

    [Fact]
    public async Task A_conflict_goes_to_an_engineer_who_gave_neither()
    {
        var (project, results) = await ProjectAsync(2.5, 2.0);
        await SecondReviewsAsync(project, 100);
        var (ada, eva, cem) = (await MemberAsync("Ada"), await MemberAsync("Eva", TeamRole.Engineer), await MemberAsync("Cem", TeamRole.Engineer));
        await GiveAsync(ada, results[0], ReviewDecision.Defect);
        await GiveAsync(eva, results[0], ReviewDecision.Normal, "A shadow");
        Assert.Equal(ReviewState.Conflict, (await ItemAsync(results[0])).State);
        Assert.DoesNotContain(results[0], (await QueueAsync(ada, project)).Items.Select(i => i.Id));
        Assert.DoesNotContain(results[0], (await QueueAsync(eva, project)).Items.Select(i => i.Id));
        Assert.IsType<OthersAdjudicate>((await GiveAsync(eva, results[0], ReviewDecision.Normal)).Error);
        Assert.Null((await Get<GetResult>().HandleAsync(cem, results[0], Ct)).Value.Review);

        // Before what is closer to the line.
        var items = (await TakeAsync(cem, project, 2)).Items;
        Assert.Equal([(results[0], ReviewTask.Adjudication), (results[1], ReviewTask.First)], items.Select(i => (i.Id, i.Task)));
        Assert.Equal(2, (await Get<GetReviewCase>().HandleAsync(cem, results[0], Ct)).Value.History.Count);
        Assert.Equal(ReviewPass.Adjudication, (await GiveAsync(cem, results[0], ReviewDecision.Defect, fromQueue: true)).Value.Pass);
        Assert.Equal(ReviewDecision.Defect, (await ItemAsync(results[0])).Decision);
    }

    [Fact]
    public async Task An_owner_decides_between_two_where_nobody_else_could()
    {
        var (project, results) = await ProjectAsync(2.5);
        await SecondReviewsAsync(project, 100);
        var (ada, olga) = (await MemberAsync("Ada"), await MemberAsync("Olga", TeamRole.Owner));
        await GiveAsync(olga, results[0], ReviewDecision.Defect);
        await GiveAsync(ada, results[0], ReviewDecision.Unsure);
        Assert.Equal(1, (await QueueAsync(olga, project)).Counts.Conflicts);
        await MemberAsync("Eva", TeamRole.Engineer);
        Assert.Equal(0, (await QueueAsync(olga, project)).Counts.Conflicts);
        Assert.IsType<OthersAdjudicate>((await GiveAsync(olga, results[0], ReviewDecision.Defect)).Error);
    }

    [Fact]
    public async Task Only_what_the_project_asks_for_is_judged_twice()
    {
        var (project, results) = await ProjectAsync(1.5, 2.5, 0.5);
        await SecondReviewsAsync(project, 0, uncertain: true);
        foreach (var result in results)
            await GiveAsync(Team.Owner, result, ReviewDecision.Normal);
        Assert.Equal([ReviewState.SecondDue, ReviewState.Decided, ReviewState.Decided], await Task.WhenAll(results.Select(async r => (await ItemAsync(r)).State)));
    }

    [Fact]
    public async Task Two_second_verdicts_at_once_are_one()
    {
        var (project, results) = await ProjectAsync(2.5);
        await SecondReviewsAsync(project, 100);
        await GiveAsync(await MemberAsync("Ada"), results[0], ReviewDecision.Defect);
        var people = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => MemberAsync($"Person {i}")));
        var given = await Task.WhenAll(people.Select(who => GiveAsync(who, results[0], ReviewDecision.Defect)));
        Assert.Single(given, g => g.Succeeded);
        Assert.All(given.Where(g => !g.Succeeded), g => Assert.IsType<ReviewIsSettled>(g.Error));
    }

    [Fact]
    public async Task What_is_accepted_is_locked_for_everybody_until_an_engineer_reopens_it()
    {
        var (project, results) = await ProjectAsync(2.0, 2.1, 2.2);
        var ada = await MemberAsync("Ada");
        await GiveAsync(ada, results[0], ReviewDecision.Defect);
        await GiveAsync(ada, results[1], ReviewDecision.Defect);
        var accept = Get<AcceptReviewed>();
        Assert.IsType<NotDecided>((await accept.HandleAsync(Team.Engineer, new(project, results), Ct)).Error);
        Assert.Null((await ItemAsync(results[0])).AcceptedAt);
        Assert.Equal(2, (await accept.HandleAsync(Team.Engineer, new(project), Ct)).Value);
        Assert.Equal(0, (await accept.HandleAsync(Team.Engineer, new(project, [results[0]]), Ct)).Value);
        Assert.IsType<ResultAccepted>((await GiveAsync(ada, results[0], ReviewDecision.Unsure)).Error);
        Assert.IsType<ResultAccepted>((await GiveAsync(Team.Owner, results[0], ReviewDecision.Unsure)).Error);
        Assert.IsType<ResultAccepted>((await Get<WithdrawVerdict>().HandleAsync(ada, results[0], Ct)).Error);
        Assert.Equal(2, (await QueueAsync(ada, project)).Counts.Accepted);
        var reopen = Get<ReopenReview>();
        Assert.IsType<ReopenReasonNeeded>((await reopen.HandleAsync(Team.Engineer, new(results[0], ""), Ct)).Error);
        Assert.True((await reopen.HandleAsync(Team.Engineer, new(results[0], "New limit sample"), Ct)).Succeeded);
        Assert.Equal(2, (await QueueAsync(ada, project)).Items.Count);
        Assert.Null((await Get<GetResult>().HandleAsync(ada, results[0], Ct)).Value.Review);
        Assert.True((await GiveAsync(ada, results[0], ReviewDecision.Unsure)).Succeeded);
    }

    [Fact]
    public async Task A_verdict_and_an_acceptance_at_once_do_not_both_win()
    {
        for (var round = 0; round < 5; round++)
        {
            var (project, results) = await ProjectAsync(2.0);
            await GiveAsync(Team.Owner, results[0], ReviewDecision.Defect);
            var withdraw = Get<WithdrawVerdict>().HandleAsync(Team.Owner, results[0], Ct);
            var accept = Get<AcceptReviewed>().HandleAsync(Team.Engineer, new(project), Ct);
            var (withdrawn, _) = (await withdraw, await accept);
            var item = await ItemAsync(results[0]);
            Assert.Equal(item.AcceptedAt is null, withdrawn.Succeeded);
            Assert.Equal(item.AcceptedAt is null ? ReviewState.Open : ReviewState.Decided, item.State);
        }
    }

    [Fact]
    public async Task Verified_normals_join_the_support_set_and_verified_defects_the_test_set()
    {
        var (project, results) = await ProjectAsync([.. Enumerable.Range(0, 9).Select(i => 1.9 - (i * 0.05))]);
        var use = Get<UseVerified>();
        foreach (var result in results.Skip(1))
            await GiveAsync(Team.Owner, result, ReviewDecision.Normal);
        await GiveAsync(Team.Owner, results[0], ReviewDecision.Defect, type: "scratch");
        Assert.IsType<NotVerified>((await use.HandleAsync(Team.Engineer, new(project, [results[0]], VerifiedUse.Support), Ct)).Error);
        Assert.IsType<NotVerified>((await use.HandleAsync(Team.Engineer, new(project, [results[1]], VerifiedUse.Test), Ct)).Error);
        Assert.Equal(1, (await use.HandleAsync(Team.Engineer, new(project, [results[0]], VerifiedUse.Test), Ct)).Value);
        Assert.Equal(5, (await use.HandleAsync(Team.Engineer, new(project, [.. results.Skip(1).Take(5)], VerifiedUse.Support), Ct)).Value);
        var full = Assert.IsType<TooManyShots>((await use.HandleAsync(Team.Engineer, new(project, [.. results.Skip(6).Take(2)], VerifiedUse.Support), Ct)).Error);
        Assert.Equal((7, 2), (full.Shots, full.More));
        await using var context = Team.Open();
        Assert.Equal(7, await context.Images.CountAsync(i => i.ProjectId == project && i.Split == ImageSplit.Support, Ct));
        var image = await context.Images.SingleAsync(i => i.ProjectId == project && i.Label == ImageLabel.Defective, Ct);
        Assert.Equal((ImageSplit.Test, "scratch", 8), (image.Split, image.DefectType, TrainingRecipe.MaxShots));
    }
}
