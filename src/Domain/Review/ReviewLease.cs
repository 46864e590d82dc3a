using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Review;

/// <summary>
/// Somebody has a result open. There is one lease of a result at most, so nobody else is given it meanwhile. One that has run out
/// stays until somebody takes the result: until then its last holder may still answer.
/// </summary>
public sealed class ReviewLease : ITenantOwned
{
    private ReviewLease()
    {
    }

    public TenantId TenantId { get; private set; }

    public ResultId ResultId { get; private set; }

    public UserId UserId { get; private set; }

    public DateTimeOffset TakenAt { get; private set; }

    public DateTimeOffset Until { get; private set; }

    public static ReviewLease Take(ScoredImage result, UserId user, DateTimeOffset now, TimeSpan length) =>
        new() { TenantId = result.TenantId, ResultId = result.Id, UserId = user, TakenAt = now, Until = now + length };

    /// <summary>Whether it keeps <paramref name="user"/> out.</summary>
    public bool Bars(UserId user, DateTimeOffset now) => UserId != user && Until > now;
}
