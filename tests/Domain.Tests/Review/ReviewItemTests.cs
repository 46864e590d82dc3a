using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tests.Support;
using FewShotAD.Domain.Training;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Review;

public sealed class ReviewItemTests
{
    private static readonly UserId Ada = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly UserId Ben = new(new Guid(2, 0, 0, new byte[8]));
    private static readonly UserId Cem = new(new Guid(3, 0, 0, new byte[8]));

    [Fact]
    public void One_verdict_decides_where_no_second_is_wanted()
    {
        var desk = new Desk(secondNeeded: false);
        desk.Give(Ada, ReviewDecision.Defect);
        Assert.Equal((ReviewState.Decided, ReviewDecision.Defect, false), (desk.Item.State, desk.Item.Decision, desk.Item.IsSettled));
        desk.Give(Ben, ReviewDecision.Unsure);
        Assert.Equal((ReviewDecision.Unsure, ReviewPass.Later), (desk.Item.Decision, desk.Last.Pass));
    }

    [Theory]
    [InlineData(ReviewDecision.Defect, ReviewState.Decided)]
    [InlineData(ReviewDecision.Normal, ReviewState.Conflict)]
    [InlineData(ReviewDecision.Unsure, ReviewState.Conflict)]
    public void The_second_verdict_settles_it_or_makes_a_conflict(ReviewDecision second, ReviewState state)
    {
        var desk = new Desk(secondNeeded: true);
        desk.Give(Ada, ReviewDecision.Defect);
        Assert.Equal((ReviewState.SecondDue, null), (desk.Item.State, desk.Item.Decision));
        desk.Give(Ada, ReviewDecision.Defect);
        Assert.Equal((ReviewState.SecondDue, ReviewPass.First), (desk.Item.State, desk.Last.Pass));
        desk.Give(Ben, second);
        Assert.Equal((state, ReviewPass.Second), (desk.Item.State, desk.Last.Pass));
        if (state == ReviewState.Decided)
            Assert.IsType<ReviewIsSettled>(desk.Try(Cem, ReviewDecision.Normal, mayAdjudicate: true).Error);
    }

    [Fact]
    public void A_conflict_is_decided_by_somebody_who_may()
    {
        var desk = new Desk(secondNeeded: true);
        desk.Give(Ada, ReviewDecision.Defect);
        desk.Give(Ben, ReviewDecision.Normal);
        Assert.IsType<OthersAdjudicate>(desk.Try(Ada, ReviewDecision.Normal).Error);
        desk.Give(Cem, ReviewDecision.Normal, mayAdjudicate: true);
        Assert.Equal((ReviewState.Decided, ReviewDecision.Normal, ReviewPass.Adjudication, true), (desk.Item.State, desk.Item.Decision, desk.Last.Pass, desk.Item.IsSettled));
        Assert.True(desk.Withdraw(Cem).Succeeded);
        Assert.Equal(ReviewState.Conflict, desk.Item.State);
    }

    [Fact]
    public void What_is_taken_back_is_as_if_it_had_not_been()
    {
        var desk = new Desk(secondNeeded: true);
        desk.Give(Ada, ReviewDecision.Defect);
        Assert.IsType<NothingToWithdraw>(desk.Withdraw(Ben).Error);
        Assert.True(desk.Withdraw(Ada).Succeeded);
        Assert.Equal((ReviewState.Open, null, null), (desk.Item.State, desk.Item.FirstBy, desk.Item.Decision));
        desk.Give(Ben, ReviewDecision.Defect);
        desk.Give(Ada, ReviewDecision.Defect);
        Assert.IsType<VerdictSeconded>(desk.Withdraw(Ben).Error);
        Assert.IsType<VerdictSeconded>(desk.Withdraw(Ada).Error);
    }

    [Fact]
    public void What_is_accepted_is_locked_until_it_is_reopened()
    {
        var desk = new Desk(secondNeeded: false);
        Assert.IsType<NotDecided>(desk.Item.Accept(Cem, Given.Start).Error);
        desk.Give(Ada, ReviewDecision.Defect);
        Assert.True(desk.Item.Accept(Cem, Given.Start).Succeeded);
        Assert.IsType<ResultAccepted>(desk.Try(Ada, ReviewDecision.Normal).Error);
        Assert.IsType<ResultAccepted>(desk.Withdraw(Ada).Error);
        Assert.IsType<ReopenReasonNeeded>(desk.Item.Reopen("  ").Error);
        Assert.True(desk.Item.Reopen("The line was moved").Succeeded);
        Assert.Equal((ReviewState.Open, 2, null, null), (desk.Item.State, desk.Item.Round, desk.Item.Decision, desk.Item.AcceptedAt));
        Assert.IsType<NotToReopen>(desk.Item.Reopen("Again").Error);
        // Verdicts of the round before are history.
        Assert.IsType<NothingToWithdraw>(desk.Withdraw(Ada).Error);
        desk.Give(Ben, ReviewDecision.Normal);
        Assert.Equal((ReviewPass.First, 2), (desk.Last.Pass, desk.Last.Round));
    }

    /// <summary>Whatever people do in whatever order, the state follows from the verdicts that stand.</summary>
    [Property(MaxTest = 500)]
    public void The_state_never_says_more_than_the_verdicts(bool secondNeeded, (byte Who, byte What)[] steps)
    {
        UserId[] people = [Ada, Ben, Cem];
        var desk = new Desk(secondNeeded);
        foreach (var (who, what) in steps)
        {
            var user = people[who % 3];
            var before = Given.Describe(desk.Item);
            var result = (what % 5) switch
            {
                0 or 1 or 2 => desk.Try(user, (ReviewDecision)(what % 3), mayAdjudicate: user != desk.Item.FirstBy && user != desk.Item.SecondBy),
                3 => desk.Withdraw(user),
                _ => desk.Item.Reopen("why"),
            };
            if (!result.Succeeded)
                Assert.Equal(before, Given.Describe(desk.Item));
            var standing = desk.Standing;
            Assert.Equal(standing.Count == 0, desk.Item.State == ReviewState.Open);
            Assert.Equal(desk.Item.State == ReviewState.Decided, desk.Item.Decision is not null);
            if (desk.Item.State == ReviewState.Decided)
                Assert.Equal(standing[^1].Decision, desk.Item.Decision);
            Assert.True(standing.Where(v => v.Pass == ReviewPass.Second).All(v => v.GivenBy != desk.Item.FirstBy));
            if (desk.Item.State == ReviewState.Conflict)
                Assert.NotEqual(standing.Last(v => v.Pass == ReviewPass.First).Decision, standing.Last(v => v.Pass == ReviewPass.Second).Decision);
        }
    }

    [Fact]
    public void Second_reviews_are_drawn_evenly_and_stay_drawn()
    {
        var ids = Enumerable.Range(0, 20_000).Select(_ => new ResultId(Guid.NewGuid())).ToList();
        var project = Given.Project();
        Assert.True(project.SecondReviews(10, false).Succeeded);
        var tenth = ids.Where(id => SecondReview.IsNeeded(project, id, Verdict.Defect)).ToHashSet();
        Assert.InRange(tenth.Count, 1_800, 2_200);
        Assert.True(project.SecondReviews(30, false).Succeeded);
        Assert.Subset(ids.Where(id => SecondReview.IsNeeded(project, id, Verdict.Uncertain)).ToHashSet(), tenth);
        Assert.DoesNotContain(ids, id => SecondReview.IsNeeded(project, id, Verdict.Normal));
        Assert.True(project.SecondReviews(0, true).Succeeded);
        Assert.All(ids.Take(100), id => Assert.True(SecondReview.IsNeeded(project, id, Verdict.Uncertain)));
        Assert.DoesNotContain(ids, id => SecondReview.IsNeeded(project, id, Verdict.Defect));
        Assert.True(project.SecondReviews(100, false).Succeeded);
        Assert.All(ids.Take(100), id => Assert.True(SecondReview.IsNeeded(project, id, Verdict.Defect)));
        Assert.IsType<InvalidReviewShare>(project.SecondReviews(101, false).Error);
        Assert.IsType<InvalidReviewShare>(project.SecondReviews(-1, false).Error);
    }

    /// <summary>A result of an uncertain score with its verdicts, as the database keeps them.</summary>
    private sealed class Desk
    {
        private readonly bool secondNeeded;
        private readonly TrainedModel model;
        private readonly ScoredImage result;
        private readonly List<ReviewVerdict> history = [];
        private readonly List<ReviewVerdict> withdrawn = [];

        public Desk(bool secondNeeded)
        {
            this.secondNeeded = secondNeeded;
            model = TrainedModel.Create(Given.RunIn(RunStatus.Running), 1, Given.Blob(BlobKind.Model), 1, Given.Hash(), new Calibration(1, 2, 0.5, 0.1, 0.6), Given.Start);
            result = ScoredImage.Create(model, Given.Image(), 1.5, Given.Blob(BlobKind.Map), Given.Blob(BlobKind.Heatmap), Given.Start);
            Item = ReviewItem.Open(result);
        }

        public ReviewItem Item { get; }

        public ReviewVerdict Last => history[^1];

        public IReadOnlyList<ReviewVerdict> Standing => [.. history.Where(v => v.Round == Item.Round && !withdrawn.Contains(v))];

        public void Give(UserId by, ReviewDecision decision, bool mayAdjudicate = false) => Assert.True(Try(by, decision, mayAdjudicate).Succeeded);

        public Result Try(UserId by, ReviewDecision decision, bool mayAdjudicate = false)
        {
            var verdict = ReviewVerdict.Create(result, model, history.Count + 1, new VerdictText(decision), by, Given.Start).Value;
            var taken = Item.Take(verdict, Standing, new Reviewer(by, mayAdjudicate), secondNeeded);
            if (taken.Succeeded)
                history.Add(verdict);
            return taken;
        }

        public Result Withdraw(UserId by)
        {
            var own = Item.Withdraw(by, Standing, secondNeeded);
            if (!own.Succeeded)
                return own.Error;
            withdrawn.Add(own.Value);
            return Result.Ok;
        }
    }
}
