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

/// <summary>
/// Gives open images to a member: from then on they are offered to that one only, until they are taken back or the member leaves the
/// team. Engineers give them to anybody; a reviewer takes some that nobody has, or gives the own ones back.
/// </summary>
public sealed class AssignReview(PortalDb db, TimeProvider time, ReviewEvents events) : IUseCase
{
    public const int Max = 1_000;
    private const int Tries = 10;

    /// <param name="Results">Which; null for the next ones of the queue.</param>
    /// <param name="Next">How many of the queue that nobody has.</param>
    /// <param name="To">Null for the caller.</param>
    /// <param name="TakeBack">Gives them to nobody instead.</param>
    public sealed record Request(ProjectId Project, IReadOnlyList<ResultId>? Results, int? Next, UserId? To, bool TakeBack = false);

    /// <returns>How many were assigned: what is not open any more is left out.</returns>
    public async Task<Result<int>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var to = request.To ?? actor.User;
        var allowed = actor.Require(to == actor.User ? TeamPermissions.Review : TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        if ((request.Results is null) == (request.Next is null))
            return new NothingChosen("Name either results or how many next ones.");
        if (request.Results is { Count: > Max } || request.Next is < 1 or > Max)
            return new TooManyAtOnce(Max);
        for (var attempt = 1; ; attempt++)
        {
            await using var context = db.ForTenant(actor.Tenant);
            var assigned = await ApplyAsync(context, actor, request, to, ct);
            if (!assigned.Succeeded || assigned.Value == 0)
                return assigned;
            try
            {
                await context.SaveChangesAsync(ct);
                events.Publish(actor.Tenant, request.Project);
                return assigned;
            }
            catch (DbUpdateException) when (attempt < Tries)
            {
                // Some were decided meanwhile: again, without those.
            }
        }
    }

    private async Task<Result<int>> ApplyAsync(PortalDbContext context, Actor actor, Request request, UserId to, CancellationToken ct)
    {
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        if (to != actor.User && await context.Memberships.AsNoTracking().FirstOrDefaultAsync(m => m.UserId == to, ct) is not { Role: >= TeamRole.Reviewer })
            return new NoSuchReviewer();
        var ids = await ChosenAsync(context, actor, request, to, ct);
        if (!ids.Succeeded)
            return ids.Error;
        var results = await context.Results.AsNoTracking().Where(r => ids.Value.Contains(r.Id)).ToListAsync(ct);
        var items = await context.ReviewItems.Where(i => ids.Value.Contains(i.ResultId)).ToDictionaryAsync(i => i.ResultId, ct);
        var mayTakeFromOthers = actor.Require(TeamPermissions.Write).Succeeded;
        var count = 0;
        foreach (var result in results)
        {
            if (!items.TryGetValue(result.Id, out var item))
                context.ReviewItems.Add(item = ReviewItem.Open(result));
            if (item.State != ReviewState.Open || (item.AssignedTo is { } owner && owner != actor.User && !mayTakeFromOthers))
                continue;
            item.Assign(request.TakeBack ? null : to);
            count++;
        }

        if (count > 0)
        {
            var whom = await ReviewNames.OfAsync(context, to, ct);
            var images = count == 1 ? "1 image" : $"{count} images";
            context.Record(actor, time, AuditAction.ReviewAssign, "project", request.Project, request.TakeBack ? $"{images} to nobody" : $"{images} to {whom}");
        }

        return count;
    }

    private async Task<Result<List<ResultId>>> ChosenAsync(PortalDbContext context, Actor actor, Request request, UserId to, CancellationToken ct)
    {
        if (request.Results is { } chosen)
        {
            var known = await context.Results.Where(r => r.ProjectId == request.Project && chosen.Contains(r.Id)).Select(r => r.Id).ToListAsync(ct);
            return known.Count == chosen.Distinct().Count() ? known : new ResultNotFound();
        }

        if (await SpeakingModel.OfAsync(context, request.Project, ct) is not { } model)
            return new List<ResultId>();
        if (request.TakeBack)
        {
            // Not by what is due for the caller: what is somebody else's is not.
            var line = model.Calibration.CertainlyDefective;
            return await context.ReviewItems.AsNoTracking()
                .Where(item => item.ModelId == model.Id && item.State == ReviewState.Open && item.AssignedTo == to)
                .Join(context.Results, item => item.ResultId, result => result.Id, (_, result) => result)
                .OrderBy(result => Math.Abs(result.Score - line)).ThenBy(result => result.Id)
                .Take(request.Next!.Value).Select(result => result.Id).ToListAsync(ct);
        }

        var due = new ReviewDue(context, model, actor);
        var now = time.GetUtcNow();
        var first = await due.FirstAsync(
            QueueFilter.All,
            rows => due.Free(rows.Where(row => row.Item == null || (row.Item.State == ReviewState.Open && row.Item.AssignedTo == null)), now),
            null, request.Next!.Value, ct);
        return first.Select(item => item.Id).ToList();
    }
}
