using FewShotAD.Domain.Auditing;
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

namespace FewShotAD.Portal.Features.Review;

/// <summary>Locks what is decided: no verdict and no withdrawal any more, until somebody reopens it.</summary>
public sealed class AcceptReviewed(PortalDb db, TimeProvider time, ReviewEvents events) : IUseCase
{
    public const int Max = 1_000;
    private const int Tries = 10;

    /// <param name="Results">Which, all of which must be decided; null for all that the project's model has and that are.</param>
    public sealed record Request(ProjectId Project, IReadOnlyList<ResultId>? Results = null);

    /// <returns>How many are locked now that were not before.</returns>
    public async Task<Result<int>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        if (request.Results is { Count: > Max })
            return new TooManyAtOnce(Max);
        for (var attempt = 1; ; attempt++)
        {
            await using var context = db.ForTenant(actor.Tenant);
            var items = await ChosenAsync(context, request, ct);
            if (!items.Succeeded)
                return items.Error;
            foreach (var item in items.Value)
            {
                var accepted = item.Accept(actor.User, time.GetUtcNow());
                if (!accepted.Succeeded)
                    return accepted.Error;
            }

            if (items.Value.Count == 0)
                return 0;
            context.Record(actor, time, AuditAction.ReviewAccept, "project", request.Project, items.Value.Count == 1 ? "1 result" : $"{items.Value.Count} results");
            try
            {
                await context.SaveChangesAsync(ct);
                events.Publish(actor.Tenant, request.Project);
                return items.Value.Count;
            }
            catch (DbUpdateConcurrencyException) when (attempt < Tries)
            {
                // A verdict came or went meanwhile: again, on what is there now.
            }
        }
    }

    /// <summary>Those that are not accepted yet.</summary>
    private static async Task<Result<List<ReviewItem>>> ChosenAsync(PortalDbContext context, Request request, CancellationToken ct)
    {
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        if (request.Results is not { } chosen)
        {
            var model = await SpeakingModel.OfAsync(context, request.Project, ct);
            return model is null
                ? []
                : await context.ReviewItems.Where(i => i.ModelId == model.Id && i.State == ReviewState.Decided && i.AcceptedAt == null).ToListAsync(ct);
        }

        var ids = await context.Results.Where(r => r.ProjectId == request.Project && chosen.Contains(r.Id)).Select(r => r.Id).ToListAsync(ct);
        if (ids.Count != chosen.Distinct().Count())
            return new ResultNotFound();
        var items = await context.ReviewItems.Where(i => ids.Contains(i.ResultId)).ToListAsync(ct);
        var undecided = ids.Count - items.Count(i => i.State == ReviewState.Decided);
        return undecided > 0 ? new NotDecided(undecided) : items.Where(i => i.AcceptedAt is null).ToList();
    }
}

/// <summary>Begins the review of a decided or accepted result anew, with a reason that stays on record.</summary>
public sealed class ReopenReview(PortalDb db, TimeProvider time, ReviewEvents events) : IUseCase
{
    public sealed record Request(ResultId Result, string? Reason);

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        var result = await context.Results.AsNoTracking().FirstOrDefaultAsync(r => r.Id == request.Result, ct);
        if (result is null)
            return new ResultNotFound();
        if (await context.ReviewItems.FirstOrDefaultAsync(i => i.ResultId == request.Result, ct) is not { } item)
            return new NotToReopen();
        var reopened = item.Reopen(request.Reason);
        if (!reopened.Succeeded)
            return reopened;
        context.Record(actor, time, AuditAction.ReviewReopen, "result", request.Result, item.ReopenReason!);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new ReviewMoved();
        }

        events.Publish(actor.Tenant, result.ProjectId);
        return Result.Ok;
    }
}
