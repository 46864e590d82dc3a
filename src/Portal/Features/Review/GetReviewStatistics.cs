using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Review;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Review;

/// <summary>How far people agree with each other and with the model, and what was done by whom, from the verdicts that stand.</summary>
public sealed class GetReviewStatistics(PortalDb db) : IUseCase
{
    /// <param name="From">The first day, UTC; null from the beginning.</param>
    /// <param name="To">The last day, UTC; null to today.</param>
    public sealed record Request(ProjectId Project, DateOnly? From, DateOnly? To);

    public sealed record Answer(
        IReadOnlyList<PairAgreement> People, IReadOnlyList<ModelAgreement> Model, IReadOnlyList<WorkOfDay> Work, IReadOnlyDictionary<UserId, string> Names);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var verdicts = CountingVerdicts.Standing(context, context.ReviewVerdicts.AsNoTracking());
        if (request.From is { } from)
        {
            var first = new DateTimeOffset(from.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
            verdicts = verdicts.Where(v => v.GivenAt >= first);
        }

        if (request.To is { } to && to < DateOnly.MaxValue)
        {
            var end = new DateTimeOffset(to.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
            verdicts = verdicts.Where(v => v.GivenAt < end);
        }

        var judged = await verdicts
            .Join(context.Results.Where(r => r.ProjectId == request.Project), v => v.ResultId, r => r.Id, (v, r) => v)
            .Select(v => new JudgedResult(
                v.ResultId, v.Round, v.Sequence, v.Pass, v.Decision, v.ModelSaid, v.GivenBy, v.GivenAt, v.Seconds,
                context.ReviewItems.Any(item => item.ResultId == v.ResultId && item.Round == v.Round && item.State == ReviewState.SecondDue)))
            .ToListAsync(ct);
        var names = await ReviewNames.OfAsync(context, judged.Select(v => v.By), ct);
        return new Answer(ReviewStatistics.BetweenPeople(judged), ReviewStatistics.WithModel(judged), ReviewStatistics.Work(judged), names);
    }
}
