using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Review;

/// <summary>Adds a person's verdict to a result's history, and moves its review on.</summary>
public sealed class GiveVerdict(PortalDb db, TimeProvider time, ReviewEvents events) : IUseCase
{
    private const int Tries = 10;

    /// <param name="ClientId">The sender's own id of the verdict: sent again, because the answer got lost, it is the same verdict.</param>
    /// <param name="FromQueue">Only as the holder of the result's lease, and only while it still waits for this person.</param>
    public sealed record Request(ResultId Result, ReviewDecision Decision, string? DefectType, string? Comment, Guid? ClientId = null, bool FromQueue = false);

    public async Task<Result<ReviewVerdict>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Review);
        if (!allowed.Succeeded)
            return allowed.Error;
        for (var attempt = 1; ; attempt++)
        {
            await using var context = db.ForTenant(actor.Tenant);
            if (await ReviewCase.LoadAsync(context, request.Result, ct) is not { } review)
                return new ResultNotFound();
            if (await SentBeforeAsync(context, actor, request, ct) is { } known)
                return known.GivenBy == actor.User && known.ResultId == request.Result ? known : new ClientIdReused();
            var lease = await context.ReviewLeases.FirstOrDefaultAsync(l => l.ResultId == request.Result, ct);
            if (await RefusalAsync(context, actor, request, review, lease, ct) is { } refusal)
                return refusal;
            var made = ReviewVerdict.Create(
                review.Result, review.Model, review.History.Count == 0 ? 1 : review.History[^1].Sequence + 1,
                new VerdictText(request.Decision, request.DefectType, request.Comment, request.ClientId), actor.User, time.GetUtcNow());
            if (!made.Succeeded)
                return made.Error;
            var verdict = made.Value;
            var taken = review.Item.Take(verdict, review.Standing, await review.ReviewerAsync(context, actor, ct), review.SecondNeeded);
            if (!taken.Succeeded)
                return taken.Error;
            if (review.Item.State == ReviewState.Decided)
                verdict.Tell(review.Result, review.Model);
            if (lease?.UserId == actor.User)
            {
                verdict.Measure(await BegunAsync(context, actor.User, lease, ct));
                context.ReviewLeases.Remove(lease);
            }

            context.ReviewVerdicts.Add(verdict);
            context.Record(actor, time, AuditAction.VerdictGive, "result", request.Result, Detail(verdict, review.Item));
            try
            {
                await context.SaveChangesAsync(ct);
                events.Publish(actor.Tenant, review.Result.ProjectId);
                return verdict;
            }
            catch (DbUpdateException) when (attempt < Tries)
            {
                // Somebody else moved the review on, or renewed the lease: again, on what is there now. Or the result went, which the next look tells.
            }
        }
    }

    private static Task<ReviewVerdict?> SentBeforeAsync(PortalDbContext context, Actor actor, Request request, CancellationToken ct) =>
        request.ClientId is { } id ? context.ReviewVerdicts.AsNoTracking().FirstOrDefaultAsync(v => v.ClientId == id, ct) : Task.FromResult<ReviewVerdict?>(null);

    private async Task<Error?> RefusalAsync(PortalDbContext context, Actor actor, Request request, ReviewCase review, ReviewLease? lease, CancellationToken ct)
    {
        if (lease is not null && lease.Bars(actor.User, time.GetUtcNow()))
            return new ResultIsHeld(await ReviewNames.OfAsync(context, lease.UserId, ct), lease.Until);
        if (!request.FromQueue)
            return null;
        if (review.Item is { State: ReviewState.Decided, AcceptedAt: null })
            return new AlreadyDecided(review.Standing.Count == 0 ? "" : await ReviewNames.OfAsync(context, review.Standing[^1].GivenBy, ct));
        // One that ran out is good enough while nobody has taken the image: an answer that was held up by the network is not lost.
        return lease?.UserId == actor.User ? null : new LeaseLost();
    }

    /// <summary>Images are leased some ahead: this one was looked at from the verdict before, if that came later.</summary>
    private static async Task<DateTimeOffset> BegunAsync(PortalDbContext context, UserId user, ReviewLease lease, CancellationToken ct)
    {
        var before = await context.ReviewVerdicts.AsNoTracking()
            .Where(v => v.GivenBy == user && v.GivenAt > lease.TakenAt)
            .MaxAsync(v => (DateTimeOffset?)v.GivenAt, ct);
        return before ?? lease.TakenAt;
    }

    /// <summary>The trail is read by people too who may be asked for the second verdict.</summary>
    private static string Detail(ReviewVerdict verdict, ReviewItem item) => (verdict.Pass, item.State) switch
    {
        (_, ReviewState.SecondDue) => "First of two",
        (ReviewPass.Second, ReviewState.Conflict) => $"{verdict.Decision}, second of two: they differ",
        (ReviewPass.Second, _) => $"{verdict.Decision}, second of two: they agree",
        (ReviewPass.Adjudication, _) => $"{verdict.Decision}, between two",
        _ => $"{verdict.Decision}",
    };
}
