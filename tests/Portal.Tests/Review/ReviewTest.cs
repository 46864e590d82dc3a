using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Review;

/// <summary>A project with scored images, and people of its team.</summary>
public abstract class ReviewTest(PortalHost host) : PortalTest(host)
{
    /// <summary>A member with an account row of that name.</summary>
    private protected async Task<Actor> MemberAsync(string name, TeamRole role = TeamRole.Reviewer)
    {
        var user = new UserId(Guid.NewGuid());
        await using var context = Team.Open();
        context.Users.Add(new PortalUser { Id = user.Value, UserName = $"{user}", DisplayName = name });
        context.Memberships.Add(Membership.Create(Team.Tenant, user, role, Host.Time.Now));
        await context.SaveChangesAsync(Ct);
        return new Actor(Team.Tenant, user, role);
    }

    /// <summary>Results of these scores, under the line T1 = 1, T2 = 2.</summary>
    private protected async Task<(ProjectId Project, IReadOnlyList<ResultId> Results)> ProjectAsync(params double[] scores)
    {
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
        var images = await Team.RowsAsync(project, [.. scores.Select((_, i) => ($"part {i:000}.png", ImageSplit.Test, ImageLabel.Unknown))]);
        var (_, results) = await Team.ModelAsync(project, await Team.RunAsync(project), [.. images.Zip(scores)]);
        return (project, [.. results.Select(r => r.Id)]);
    }

    private protected async Task SecondReviewsAsync(ProjectId project, int share, bool uncertain = false) => Assert.True(
        (await Get<ChangeProject>().HandleAsync(Team.Engineer, new(project, null, null, null, null, share, uncertain), Ct)).Succeeded);

    private protected async Task<TakeReview.Answer> TakeAsync(Actor who, ProjectId project, int count = 1, QueueFilter filter = QueueFilter.All, params ResultId[] held) =>
        (await Get<TakeReview>().HandleAsync(who, new(project, count, held, filter), Ct)).Value;

    private protected Task<Result<ReviewVerdict>> GiveAsync(
        Actor who, ResultId result, ReviewDecision decision, string? comment = "Looked twice", bool fromQueue = false, Guid? clientId = null, string? type = null) =>
        Get<GiveVerdict>().HandleAsync(who, new(result, decision, type, comment, clientId, fromQueue), Ct);

    private protected async Task<ReviewItem> ItemAsync(ResultId result)
    {
        await using var context = Team.Open();
        return await context.ReviewItems.AsNoTracking().SingleAsync(i => i.ResultId == result, Ct);
    }

    private protected async Task<ListQueue.Answer> QueueAsync(Actor who, ProjectId project, QueueFilter filter = QueueFilter.All) =>
        (await Get<ListQueue>().HandleAsync(who, new(project, filter, 100), Ct)).Value;
}
