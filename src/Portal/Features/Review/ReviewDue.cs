using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Review;

public enum QueueFilter
{
    All,

    /// <summary>Assigned to me.</summary>
    Mine,
    Uncertain,
    Defect,
    SecondReviews,
    Conflicts,
}

/// <summary>What a person is asked for.</summary>
public enum ReviewTask
{
    First,

    /// <summary>Blind.</summary>
    Second,
    Adjudication,
}

/// <summary>A result that waits for a verdict of the person who asks.</summary>
public sealed record QueueItem(
    ResultId Id, ImageId Image, string Name, int Width, int Height, double Score, Verdict Said, ReviewTask Task, UserId? AssignedTo, double Distance);

/// <summary>What is due for one person in a project: the rules of the queue, as one query.</summary>
internal sealed class ReviewDue(PortalDbContext context, TrainedModel model, Actor actor)
{
    private readonly UserId me = actor.User;
    private readonly double t1 = model.Calibration.CertainlyGood;
    private readonly double t2 = model.Calibration.CertainlyDefective;
    private readonly bool mayAdjudicate = actor.Require(TeamPermissions.Write).Succeeded;
    private readonly bool isOwner = actor.Require(TeamPermissions.Manage).Succeeded;

    internal sealed class Row
    {
        public required ScoredImage Result { get; init; }

        public required ReviewItem? Item { get; init; }
    }

    /// <summary>
    /// Open ones that the line flags, or that were reopened, unless they are somebody else's who is still in the team; second reviews of what
    /// somebody else judged first; conflicts of two others. An owner who is alone in the team decides between two even as one of them.
    /// </summary>
    public IQueryable<Row> Rows(QueueFilter filter) => Of(filter, context.Results.AsNoTracking()
        .Where(r => r.ModelId == model.Id)
        .LeftJoin(context.ReviewItems, r => r.Id, item => item.ResultId, (result, item) => new Row { Result = result, Item = item }));

    /// <summary>
    /// The due ones of which something is recorded: assigned, half judged, disputed or reopened. Found by their state, for they are few, and
    /// along the scores one would read past all results to find them.
    /// </summary>
    public IQueryable<Row> Touched(QueueFilter filter, params ReviewState[] states) => Of(filter, context.ReviewItems.AsNoTracking()
        .Where(item => item.ModelId == model.Id && states.Contains(item.State))
        .Join(context.Results, item => item.ResultId, r => r.Id, (item, result) => new Row { Result = result, Item = item }));

    private IQueryable<Row> Of(QueueFilter filter, IQueryable<Row> all)
    {
        var rows = all
            .Where(row =>
                ((row.Item == null || row.Item.State == ReviewState.Open)
                    && (row.Result.Score > t1 || row.Result.Score >= t2 || row.Item!.Round > 1)
                    && (row.Item == null || row.Item.AssignedTo == null || row.Item.AssignedTo == me || !context.Memberships.Any(m => m.UserId == row.Item.AssignedTo)))
                || (row.Item!.State == ReviewState.SecondDue && row.Item.FirstBy != me)
                || (row.Item.State == ReviewState.Conflict && mayAdjudicate
                    && ((row.Item.FirstBy != me && row.Item.SecondBy != me)
                        || (isOwner && !context.Memberships.Any(m =>
                            (m.Role == TeamRole.Owner || m.Role == TeamRole.Engineer) && m.UserId != row.Item.FirstBy && m.UserId != row.Item.SecondBy)))));
        return filter switch
        {
            QueueFilter.Mine => rows.Where(row => row.Item!.AssignedTo == me),
            QueueFilter.Uncertain => rows.Where(row => row.Result.Score > t1 && row.Result.Score < t2),
            QueueFilter.Defect => rows.Where(row => row.Result.Score >= t2),
            QueueFilter.SecondReviews => rows.Where(row => row.Item!.State == ReviewState.SecondDue),
            QueueFilter.Conflicts => rows.Where(row => row.Item!.State == ReviewState.Conflict),
            _ => rows,
        };
    }

    /// <summary>Those that nobody else has open.</summary>
    public IQueryable<Row> Free(IQueryable<Row> rows, DateTimeOffset now) =>
        rows.Where(row => !context.ReviewLeases.Any(lease => lease.ResultId == row.Result.Id && lease.Until > now && lease.UserId != me));

    /// <summary>
    /// The first of what <paramref name="narrow"/> leaves of the due ones: conflicts, then by closeness to T2. From T2 both ways along the
    /// index of scores, and merged: sorted by the distance itself, the database would read and sort all of a model's results for every image.
    /// </summary>
    public async Task<List<QueueItem>> FirstAsync(
        QueueFilter filter, Func<IQueryable<Row>, IQueryable<Row>> narrow, QueuePosition? after, int take, CancellationToken ct)
    {
        var found = new List<QueueItem>();
        if (after is null or { Conflict: true })
            found.AddRange(await NearestAsync(narrow(Touched(filter, ReviewState.Conflict)), after, take, ct));
        if (found.Count < take && filter != QueueFilter.Conflicts)
        {
            var rest = filter is QueueFilter.Mine or QueueFilter.SecondReviews
                ? Touched(filter, ReviewState.Open, ReviewState.SecondDue)
                : Rows(filter).Where(row => row.Item == null || row.Item.State != ReviewState.Conflict);
            found.AddRange(await NearestAsync(narrow(rest), after is { Conflict: false } ? after : null, take - found.Count, ct));
        }

        return found;
    }

    private async Task<IEnumerable<QueueItem>> NearestAsync(IQueryable<Row> rows, QueuePosition? after, int take, CancellationToken ct)
    {
        var (above, below) = (rows.Where(row => row.Result.Score >= t2), rows.Where(row => row.Result.Score < t2));
        if (after is { Distance: var distance })
        {
            var id = new ResultId(after.Id);
            above = above.Where(row => row.Result.Score - t2 >= distance && (row.Result.Score - t2 > distance || row.Result.Id > id));
            below = below.Where(row => t2 - row.Result.Score >= distance && (t2 - row.Result.Score > distance || row.Result.Id > id));
        }

        var items = await ItemsAsync(above.OrderBy(row => row.Result.Score).ThenBy(row => row.Result.Id).Take(take), ct);
        items.AddRange(await ItemsAsync(below.OrderByDescending(row => row.Result.Score).ThenBy(row => row.Result.Id).Take(take), ct));
        return items.OrderBy(item => item.Distance).ThenBy(item => item.Id.Value).Take(take);
    }

    private async Task<List<QueueItem>> ItemsAsync(IQueryable<Row> rows, CancellationToken ct)
    {
        var found = await rows
            .Select(row => new { row.Result.Id, row.Result.ImageId, row.Result.Score, State = row.Item == null ? ReviewState.Open : row.Item.State, row.Item!.AssignedTo })
            .ToListAsync(ct);
        if (found.Count == 0)
            return [];
        var ids = found.Select(row => row.ImageId).ToList();
        var images = await context.Images.AsNoTracking().Where(i => ids.Contains(i.Id))
            .Select(i => new { i.Id, i.Name, i.Width, i.Height })
            .ToDictionaryAsync(i => i.Id, ct);
        return
        [
            .. found.Select(row => new QueueItem(
                row.Id, row.ImageId, images[row.ImageId].Name, images[row.ImageId].Width, images[row.ImageId].Height, row.Score, model.Calibration.Judge(row.Score),
                TaskOf(row.State), row.AssignedTo, Math.Abs(row.Score - t2))),
        ];
    }

    internal static ReviewTask TaskOf(ReviewState state) => state switch
    {
        ReviewState.SecondDue => ReviewTask.Second,
        ReviewState.Conflict => ReviewTask.Adjudication,
        _ => ReviewTask.First,
    };
}

/// <summary>Where a list of the queue goes on.</summary>
public sealed record QueuePosition(bool Conflict, double Distance, Guid Id)
{
    internal static QueuePosition Of(QueueItem item) => new(item.Task == ReviewTask.Adjudication, item.Distance, item.Id.Value);
}

/// <summary>The rows of a result's review, loaded to be changed.</summary>
internal sealed record ReviewCase(ScoredImage Result, TrainedModel Model, ReviewItem Item, IReadOnlyList<ReviewVerdict> History, IReadOnlyList<ReviewVerdict> Standing, bool SecondNeeded)
{
    /// <returns>Null when the team has no such result.</returns>
    public static async Task<ReviewCase?> LoadAsync(PortalDbContext context, ResultId id, CancellationToken ct)
    {
        var result = await context.Results.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct);
        if (result is null)
            return null;
        var model = await context.Models.AsNoTracking().FirstAsync(m => m.Id == result.ModelId, ct);
        var project = await context.Projects.AsNoTracking().FirstAsync(p => p.Id == result.ProjectId, ct);
        var item = await context.ReviewItems.FirstOrDefaultAsync(i => i.ResultId == id, ct);
        if (item is null)
        {
            item = ReviewItem.Open(result);
            context.ReviewItems.Add(item);
        }

        var history = await context.ReviewVerdicts.AsNoTracking().Where(v => v.ResultId == id).OrderBy(v => v.Sequence).ToListAsync(ct);
        var withdrawn = await context.VerdictWithdrawals.AsNoTracking().Where(w => w.ResultId == id).Select(w => w.Sequence).ToListAsync(ct);
        var needed = item.State == ReviewState.SecondDue || SecondReview.IsNeeded(project, id, model.Calibration.Judge(result.Score));
        return new ReviewCase(result, model, item, history, [.. history.Where(v => v.Round == item.Round && !withdrawn.Contains(v.Sequence))], needed);
    }

    /// <summary>As a reviewer of this case.</summary>
    public async Task<Reviewer> ReviewerAsync(PortalDbContext context, Actor actor, CancellationToken ct)
    {
        if (Item.State != ReviewState.Conflict || !actor.Require(TeamPermissions.Write).Succeeded)
            return new Reviewer(actor.User, false);
        if (Item.FirstBy != actor.User && Item.SecondBy != actor.User)
            return new Reviewer(actor.User, true);
        var alone = actor.Require(TeamPermissions.Manage).Succeeded && !await context.Memberships.AnyAsync(
            m => (m.Role == TeamRole.Owner || m.Role == TeamRole.Engineer) && m.UserId != Item.FirstBy && m.UserId != Item.SecondBy, ct);
        return new Reviewer(actor.User, alone);
    }
}
