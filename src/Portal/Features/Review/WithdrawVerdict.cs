using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Review;

/// <summary>Takes the caller's newest verdict on a result back; the image is then the caller's to judge again.</summary>
public sealed class WithdrawVerdict(PortalDb db, TimeProvider time, ReviewEvents events, IOptions<ReviewOptions> options) : IUseCase
{
    private const int Tries = 10;

    public async Task<Result> HandleAsync(Actor actor, ResultId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Review);
        if (!allowed.Succeeded)
            return allowed;
        for (var attempt = 1; ; attempt++)
        {
            await using var context = db.ForTenant(actor.Tenant);
            if (await ReviewCase.LoadAsync(context, id, ct) is not { } review)
                return new ResultNotFound();
            var withdrawn = review.Item.Withdraw(actor.User, review.Standing, review.SecondNeeded);
            if (!withdrawn.Succeeded)
                return withdrawn.Error;
            var now = time.GetUtcNow();
            context.VerdictWithdrawals.Add(VerdictWithdrawal.Of(withdrawn.Value, now));
            // Who has it open meanwhile keeps it.
            var lease = await context.ReviewLeases.FirstOrDefaultAsync(l => l.ResultId == id, ct);
            if (lease is null)
                context.ReviewLeases.Add(ReviewLease.Take(review.Result, actor.User, now, options.Value.Lease));
            context.Record(actor, time, AuditAction.VerdictWithdraw, "result", id);
            try
            {
                await context.SaveChangesAsync(ct);
                events.Publish(actor.Tenant, review.Result.ProjectId);
                return Result.Ok;
            }
            catch (DbUpdateException) when (attempt < Tries)
            {
                // Somebody else moved the review on: again, on what is there now.
            }
        }
    }
}
