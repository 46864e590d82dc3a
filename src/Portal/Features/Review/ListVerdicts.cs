using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Review;

/// <param name="WithdrawnAt">Null while it stands.</param>
public sealed record GivenVerdict(ReviewVerdict Verdict, DateTimeOffset? WithdrawnAt);

/// <summary>
/// A result's verdicts, newest first: the first one that stands counts. While a second review is due, the first verdict is shown to
/// nobody but who gave it, for anybody else may be the second.
/// </summary>
public sealed class ListVerdicts(PortalDb db) : IUseCase
{
    /// <param name="Before">The number of the last verdict that was given; null at the beginning.</param>
    public sealed record Request(ResultId Result, int? Before, int Take);

    public async Task<Result<IReadOnlyList<GivenVerdict>>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Results.AnyAsync(r => r.Id == request.Result, ct))
            return new ResultNotFound();
        return Result<IReadOnlyList<GivenVerdict>>.Ok(await ShownAsync(context, request.Result, actor.User, request.Before, request.Take, ct));
    }

    /// <summary>What <paramref name="reader"/> may see, newest first.</summary>
    internal static Task<List<GivenVerdict>> ShownAsync(PortalDbContext context, ResultId result, UserId reader, int? before, int take, CancellationToken ct) =>
        context.ReviewVerdicts.AsNoTracking()
            .Where(v => v.ResultId == result && (before == null || v.Sequence < before) && (v.GivenBy == reader
                || !context.ReviewItems.Any(item => item.ResultId == result && item.Round == v.Round && item.State == ReviewState.SecondDue)))
            .OrderByDescending(v => v.Sequence)
            .Take(take)
            .Select(v => new GivenVerdict(
                v, context.VerdictWithdrawals.Where(w => w.ResultId == v.ResultId && w.Sequence == v.Sequence).Select(w => (DateTimeOffset?)w.At).FirstOrDefault()))
            .ToListAsync(ct);
}
