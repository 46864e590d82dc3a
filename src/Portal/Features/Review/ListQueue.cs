using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Review;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Review;

/// <summary>What waits for whom.</summary>
/// <param name="Due">For the caller, of all kinds; the next five are parts of it.</param>
/// <param name="Held">Of the due ones, those that somebody else has open.</param>
/// <param name="Elsewhere">What waits for others only: assigned, to be judged or decided by another person.</param>
/// <param name="Flagged">What the model calls uncertain or defect.</param>
/// <param name="Reviewed">Flagged ones that are decided.</param>
public sealed record ReviewCounts(
    int Due, int Mine, int Uncertain, int Defect, int SecondReviews, int Conflicts, int Held, int Elsewhere, int Flagged, int Reviewed, int Accepted)
{
    public static ReviewCounts None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public int Of(QueueFilter filter) => filter switch
    {
        QueueFilter.Mine => Mine,
        QueueFilter.Uncertain => Uncertain,
        QueueFilter.Defect => Defect,
        QueueFilter.SecondReviews => SecondReviews,
        QueueFilter.Conflicts => Conflicts,
        _ => Due,
    };
}

/// <summary>What waits for the caller's verdict, and counts. Nothing is taken by looking.</summary>
public sealed class ListQueue(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record Request(ProjectId Project, QueueFilter Filter, int Take);

    public sealed record Answer(TrainedModel? Model, IReadOnlyList<QueueItem> Items, ReviewCounts Counts);

    public Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct) => PageAsync(actor, request, null, ct);

    /// <param name="after">The last item that was given; null at the beginning.</param>
    public async Task<Result<Answer>> PageAsync(Actor actor, Request request, QueuePosition? after, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var model = await SpeakingModel.OfAsync(context, request.Project, ct);
        if (model is null)
            return new Answer(null, [], ReviewCounts.None);
        var due = new ReviewDue(context, model, actor);
        var items = request.Take == 0 ? [] : await due.FirstAsync(request.Filter, rows => rows, after, request.Take, ct);
        return new Answer(model, items, await CountAsync(context, due, model, actor.User, ct));
    }

    /// <summary>Counted from what people have touched, and ranges of scores for the rest: looking at each result would take longer than the page may.</summary>
    private async Task<ReviewCounts> CountAsync(PortalDbContext context, ReviewDue due, TrainedModel model, UserId me, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var (t1, t2) = (model.Calibration.CertainlyGood, model.Calibration.CertainlyDefective);
        var results = context.Results.Where(r => r.ModelId == model.Id);
        var (defects, uncertain) = (await results.CountAsync(r => r.Score >= t2, ct), await results.CountAsync(r => r.Score > t1 && r.Score < t2, ct));
        var touched = await context.ReviewItems.Where(item => item.ModelId == model.Id)
            .Join(results, item => item.ResultId, r => r.Id, (item, r) => new
            {
                IsDecided = item.State == ReviewState.Decided, IsAccepted = item.AcceptedAt != null, IsDefect = r.Score >= t2, IsUncertain = r.Score > t1 && r.Score < t2,
            })
            .GroupBy(row => row)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToListAsync(ct);
        var waiting = await due.Touched(QueueFilter.All, ReviewState.Open, ReviewState.SecondDue, ReviewState.Conflict)
            .Select(row => new
            {
                row.Item!.State, IsMine = row.Item.AssignedTo == me, IsDefect = row.Result.Score >= t2, IsUncertain = row.Result.Score > t1 && row.Result.Score < t2,
            })
            .GroupBy(row => row)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToListAsync(ct);
        var open = await context.ReviewLeases.Where(l => l.Until > now && l.UserId != me).Select(l => l.ResultId).ToListAsync(ct);
        var held = open.Count == 0 ? 0 : await due.Rows(QueueFilter.All).CountAsync(row => open.Contains(row.Result.Id), ct);

        // What nobody has touched waits for everybody.
        var newDefects = defects - touched.Where(t => t.Key.IsDefect).Sum(t => t.Count);
        var newUncertain = uncertain - touched.Where(t => t.Key.IsUncertain).Sum(t => t.Count);
        var (flagged, done) = (defects + uncertain, touched.Where(t => t.Key.IsDecided && (t.Key.IsDefect || t.Key.IsUncertain)).ToList());
        var (reviewed, accepted) = (done.Sum(d => d.Count), done.Where(d => d.Key.IsAccepted).Sum(d => d.Count));
        // Reopened ones that the line does not flag wait as well, and are no part of the total.
        var flaggedWaiting = newDefects + newUncertain + waiting.Where(k => k.Key.IsDefect || k.Key.IsUncertain).Sum(k => k.Count);
        return new ReviewCounts(
            newDefects + newUncertain + waiting.Sum(k => k.Count),
            waiting.Where(k => k.Key.IsMine).Sum(k => k.Count),
            newUncertain + waiting.Where(k => k.Key.IsUncertain).Sum(k => k.Count),
            newDefects + waiting.Where(k => k.Key.IsDefect).Sum(k => k.Count),
            waiting.Where(k => k.Key.State == ReviewState.SecondDue).Sum(k => k.Count),
            waiting.Where(k => k.Key.State == ReviewState.Conflict).Sum(k => k.Count),
            held, Math.Max(0, flagged - reviewed - flaggedWaiting), flagged, reviewed, accepted);
    }
}
