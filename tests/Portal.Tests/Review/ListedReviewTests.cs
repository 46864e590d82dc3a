using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Review;

/// <summary>What lists filter by is copied to the result by the database: it follows whatever people do.</summary>
public sealed class ListedReviewTests(PortalHost host) : ReviewTest(host)
{
    [Fact]
    public async Task The_outcome_follows_every_step_of_a_review()
    {
        var (project, results) = await ProjectAsync(1.5);
        var result = results[0];
        var (ada, ben, cem) = (await MemberAsync("Ada"), await MemberAsync("Ben"), await MemberAsync("Cem", TeamRole.Engineer));
        Assert.Equal((ReviewOutcome.Unreviewed, null), await ListedAsync(result));
        Assert.True((await GiveAsync(ada, result, ReviewDecision.Normal)).Succeeded);
        Assert.Equal((ReviewOutcome.Normal, ada.User), await ListedAsync(result));
        Assert.True((await Get<WithdrawVerdict>().HandleAsync(ada, result, Ct)).Succeeded);
        Assert.Equal((ReviewOutcome.Unreviewed, null), await ListedAsync(result));

        // Blind: while the second verdict is due, no list tells who gave the first.
        await SecondReviewsAsync(project, 100);
        Assert.True((await GiveAsync(ada, result, ReviewDecision.Normal)).Succeeded);
        Assert.Equal((ReviewOutcome.InReview, null), await ListedAsync(result));
        Assert.Empty(await FoundAsync(ben, new(project, ReviewedBy: ada.User)));
        Assert.Empty(await FoundAsync(ben, new(project, Review: ReviewOutcome.Normal)));
        Assert.Equal([result], await FoundAsync(ben, new(project, Review: ReviewOutcome.InReview)));
        Assert.True((await GiveAsync(ben, result, ReviewDecision.Defect)).Succeeded);
        Assert.Equal((ReviewOutcome.InReview, null), await ListedAsync(result));
        Assert.True((await GiveAsync(cem, result, ReviewDecision.Unsure)).Succeeded);
        Assert.Equal((ReviewOutcome.Unsure, cem.User), await ListedAsync(result));
        Assert.Equal([result], await FoundAsync(ben, new(project, ReviewedBy: cem.User)));

        Assert.True((await Get<ReopenReview>().HandleAsync(cem, new(result, "Look again"), Ct)).Succeeded);
        Assert.Equal((ReviewOutcome.Unreviewed, null), await ListedAsync(result));
    }

    [Fact]
    public async Task Name_label_and_type_follow_the_image()
    {
        var (project, results) = await ProjectAsync(0.5, 3);
        var answer = (await Get<ListResults>().HandleAsync(Team.Viewer, new(project), Ct)).Value;
        Assert.All(results, result => Assert.Contains(answer.Items, item => item.Id == result && item.Label == ImageLabel.Unknown));
        var (high, low) = (answer.Items[0], answer.Items[1]);
        async Task LabelAsync(ImageId image, ImageLabel label, string? type) =>
            Assert.True((await Get<ClassifyImages>().HandleAsync(Team.Engineer, new(project, [image], ImageSplit.Test, label, type), Ct)).Succeeded);

        await LabelAsync(low.Image, ImageLabel.Defective, "dent");
        await LabelAsync(high.Image, ImageLabel.Normal, null);
        Assert.Equal([low.Id], await FoundAsync(Team.Viewer, new(project, DefectType: "dent")));
        Assert.Equal([low.Id], await FoundAsync(Team.Viewer, new(project, Mistake: Mistake.FalseNegative)));
        Assert.Equal([high.Id], await FoundAsync(Team.Viewer, new(project, Mistake: Mistake.FalsePositive)));
        // What people decide weighs more than the label.
        Assert.True((await GiveAsync(Team.Owner, high.Id, ReviewDecision.Defect)).Succeeded);
        Assert.Empty(await FoundAsync(Team.Viewer, new(project, Mistake: Mistake.FalsePositive)));
        await LabelAsync(low.Image, ImageLabel.Unknown, null);
        Assert.Empty(await FoundAsync(Team.Viewer, new(project, DefectType: "dent")));
        Assert.Empty(await FoundAsync(Team.Viewer, new(project, Mistake: Mistake.FalseNegative)));
        Assert.Equal([low.Id], await FoundAsync(Team.Viewer, new(project, Search: "PART 000")));
        Assert.Empty(await FoundAsync(Team.Viewer, new(project, Search: "part_00")));
    }

    [Fact]
    public async Task A_row_that_was_read_before_does_not_write_the_copies_back()
    {
        var (_, results) = await ProjectAsync(1.5);
        await using var context = Team.Open();
        var read = await context.Results.SingleAsync(r => r.Id == results[0], Ct);
        Assert.True((await GiveAsync(Team.Owner, results[0], ReviewDecision.Defect)).Succeeded);
        read.Rescore(1.75, read.Map, read.Heatmap, read.ScoredAt);
        context.Entry(read).State = EntityState.Modified;
        await context.SaveChangesAsync(Ct);
        Assert.Equal((ReviewOutcome.Defect, Team.Owner.User), await ListedAsync(results[0]));
    }

    private async Task<(ReviewOutcome Review, UserId? By)> ListedAsync(ResultId id)
    {
        await using var context = Team.Open();
        var result = await context.Results.AsNoTracking().SingleAsync(r => r.Id == id, Ct);
        return (result.Review, result.ReviewedBy);
    }

    private async Task<IEnumerable<ResultId>> FoundAsync(Actor who, ListResults.Request request) =>
        (await Get<ListResults>().HandleAsync(who, request, Ct)).Value.Items.Select(item => item.Id);
}
