using FewShotAD.Domain.Common;
using FewShotAD.Domain.Review;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Review;

/// <summary>The verdict that counts: the newest one that was not taken back, of a result whose review has come to an end.</summary>
public static class CountingVerdicts
{
    /// <summary>
    /// Of each result that has one. While a second review is due or two people disagree there is none, for nobody: so no list, page or
    /// export tells the second person what the first one said.
    /// </summary>
    public static Task<Dictionary<ResultId, ReviewVerdict>> OfAsync(PortalDbContext context, IReadOnlyList<ResultId> results, CancellationToken ct) =>
        Standing(context, context.ReviewVerdicts.AsNoTracking())
            .Where(v => results.Contains(v.ResultId)
                && !context.ReviewItems.Any(item => item.ResultId == v.ResultId && item.State != ReviewState.Decided)
                && !context.ReviewVerdicts.Any(later => later.ResultId == v.ResultId && later.Sequence > v.Sequence
                    && !context.VerdictWithdrawals.Any(w => w.ResultId == later.ResultId && w.Sequence == later.Sequence)))
            .ToDictionaryAsync(v => v.ResultId, ct);

    /// <summary>Those that were not taken back.</summary>
    public static IQueryable<ReviewVerdict> Standing(PortalDbContext context, IQueryable<ReviewVerdict> verdicts) =>
        verdicts.Where(v => !context.VerdictWithdrawals.Any(w => w.ResultId == v.ResultId && w.Sequence == v.Sequence));
}
