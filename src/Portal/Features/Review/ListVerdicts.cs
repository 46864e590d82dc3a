using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Review;

/// <summary>A result's verdicts, newest first: the first one counts.</summary>
public sealed class ListVerdicts(PortalDb db) : IUseCase
{
    /// <param name="Before">The number of the last verdict that was given; null at the beginning.</param>
    public sealed record Request(ResultId Result, int? Before, int Take);

    public async Task<Result<IReadOnlyList<ReviewVerdict>>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Results.AnyAsync(r => r.Id == request.Result, ct))
            return new ResultNotFound();
        return Result<IReadOnlyList<ReviewVerdict>>.Ok(await context.ReviewVerdicts.AsNoTracking()
            .Where(v => v.ResultId == request.Result && (request.Before == null || v.Sequence < request.Before))
            .OrderByDescending(v => v.Sequence)
            .Take(request.Take)
            .ToListAsync(ct));
    }
}

internal static class NewestVerdicts
{
    /// <summary>The verdict that counts of each result that has one.</summary>
    public static Task<Dictionary<ResultId, ReviewVerdict>> OfAsync(PortalDbContext context, IReadOnlyList<ResultId> results, CancellationToken ct) =>
        context.ReviewVerdicts.AsNoTracking()
            .Where(v => results.Contains(v.ResultId) && !context.ReviewVerdicts.Any(later => later.ResultId == v.ResultId && later.Sequence > v.Sequence))
            .ToDictionaryAsync(v => v.ResultId, ct);
}
