using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Review;

/// <summary>Gives the caller the next images of the queue, each to nobody else, and renews the leases of those that are open.</summary>
public sealed class TakeReview(PortalDb db, TimeProvider time, ReviewEvents events, IOptions<ReviewOptions> options) : IUseCase
{
    public const int MaxCount = 20;
    public const int MaxHeld = 100;

    /// <summary>Looked at beyond the wanted ones, since others reach for the same.</summary>
    private const int Spare = 12;
    private const int Tries = 20;

    /// <param name="Held">What the caller has open: renewed, and not given again.</param>
    public sealed record Request(ProjectId Project, int Count, IReadOnlyList<ResultId> Held, QueueFilter Filter);

    /// <param name="Items">New ones.</param>
    /// <param name="Held">Those of the held ones that are still the caller's.</param>
    public sealed record Answer(TrainedModel? Model, IReadOnlyList<QueueItem> Items, IReadOnlyList<ResultId> Held, DateTimeOffset Until);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Review);
        if (!allowed.Succeeded)
            return allowed.Error;
        if (request.Count is < 0 or > MaxCount)
            return new TooManyAtOnce(MaxCount);
        if (request.Held.Count > MaxHeld)
            return new TooManyAtOnce(MaxHeld);
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var now = time.GetUtcNow();
        var until = now + options.Value.Lease;
        var model = await SpeakingModel.OfAsync(context, request.Project, ct);
        if (model is null)
            return new Answer(null, [], [], until);
        var due = new ReviewDue(context, model, actor);
        var held = await RenewAsync(context, due, actor.User, request.Held, until, ct);
        var items = await NextAsync(context, due, actor.User, request, now, ct);
        if (items.Count > 0)
            events.Publish(actor.Tenant, request.Project);
        return new Answer(model, items, held, until);
    }

    private static async Task<List<ResultId>> RenewAsync(
        PortalDbContext context, ReviewDue due, UserId me, IReadOnlyList<ResultId> held, DateTimeOffset until, CancellationToken ct)
    {
        if (held.Count == 0)
            return [];
        // One that ran out and that nobody has taken is still the caller's.
        await context.ReviewLeases.Where(l => held.Contains(l.ResultId) && l.UserId == me).ExecuteUpdateAsync(l => l.SetProperty(row => row.Until, until), ct);
        var mine = await context.ReviewLeases.AsNoTracking().Where(l => held.Contains(l.ResultId) && l.UserId == me).Select(l => l.ResultId).ToListAsync(ct);
        return await due.Rows(QueueFilter.All).Where(row => mine.Contains(row.Result.Id)).Select(row => row.Result.Id).ToListAsync(ct);
    }

    private async Task<List<QueueItem>> NextAsync(PortalDbContext context, ReviewDue due, UserId me, Request request, DateTimeOffset now, CancellationToken ct)
    {
        var taken = new List<QueueItem>();
        for (var attempt = 1; taken.Count < request.Count && attempt <= Tries; attempt++)
        {
            var passed = request.Held.Concat(taken.Select(item => item.Id)).ToList();
            var candidates = await due.FirstAsync(
                request.Filter, rows => due.Free(rows, now).Where(row => !passed.Contains(row.Result.Id)), null, request.Count - taken.Count + Spare, ct);
            if (candidates.Count == 0)
                break;
            var won = new List<QueueItem>();
            foreach (var candidate in candidates)
            {
                if (taken.Count + won.Count < request.Count && await LeaseAsync(context, candidate.Id, me, now, ct))
                    won.Add(candidate);
            }

            // Between looking and taking somebody may have decided one and given it back.
            var ids = won.Select(item => item.Id).ToList();
            var still = await due.Rows(QueueFilter.All).Where(row => ids.Contains(row.Result.Id)).Select(row => row.Result.Id).ToListAsync(ct);
            var gone = ids.Except(still).ToList();
            if (gone.Count > 0)
                await context.ReviewLeases.Where(l => gone.Contains(l.ResultId) && l.UserId == me).ExecuteDeleteAsync(ct);
            taken.AddRange(won.Where(item => still.Contains(item.Id)));
        }

        return taken;
    }

    /// <summary>One that ran out is taken over in place; otherwise the key, which is the result alone, lets one of all who try write the row.</summary>
    private async Task<bool> LeaseAsync(PortalDbContext context, ResultId id, UserId me, DateTimeOffset now, CancellationToken ct)
    {
        var until = now + options.Value.Lease;
        var over = await context.ReviewLeases.Where(l => l.ResultId == id && (l.Until <= now || l.UserId == me))
            .ExecuteUpdateAsync(l => l.SetProperty(row => row.UserId, me).SetProperty(row => row.TakenAt, now).SetProperty(row => row.Until, until), ct);
        if (over > 0)
            return true;
        var result = await context.Results.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct);
        if (result is null)
            return false;
        context.ReviewLeases.Add(ReviewLease.Take(result, me, now, options.Value.Lease));
        try
        {
            await context.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateException)
        {
            return false;
        }
        finally
        {
            context.ChangeTracker.Clear();
        }
    }
}
