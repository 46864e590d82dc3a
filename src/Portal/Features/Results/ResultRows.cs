using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

/// <summary>
/// The rows of a list of results, in a shape that the database answers by walking along one index: nothing is joined, and a range of
/// scores or times is hidden from the planner where the order is another one, since it would read along the range and sort.
/// </summary>
internal static class ResultRows
{
    /// <summary>All filters but the verdict's, which has counts of its own.</summary>
    public static IQueryable<ScoredImage> Of(PortalDbContext context, ListResults.Request request, TrainedModel model)
    {
        var id = model.Id;
        var rows = context.Results.AsNoTracking().Where(r => r.ModelId == id);
        if (request.Label is { } label)
            rows = rows.Where(r => r.ImageLabel == label);
        if (request.DefectType is { } type)
            rows = rows.Where(r => r.ImageLabel == ImageLabel.Defective && (r.ImageDefectType ?? "") == type);
        if (request.Review is { } review)
            rows = rows.Where(r => r.Review == review);
        if (request.ReviewedBy is { } person)
            rows = rows.Where(r => r.ReviewedBy == person);
        if (!string.IsNullOrWhiteSpace(request.Search))
            rows = rows.Where(r => NameSearch.Fits(r.ImageName, NameSearch.Pattern(request.Search)));
        // A choice that always falls the same way: it hides the time from the planner, as a sum hides the score.
        if (request.Range?.From is { } from)
            rows = IsByTime(request.Order) ? rows.Where(r => r.ScoredAt >= from) : rows.Where(r => (r.Score > double.MinValue ? r.ScoredAt : from) >= from);
        if (request.Range?.Until is { } until)
            rows = IsByTime(request.Order) ? rows.Where(r => r.ScoredAt < until) : rows.Where(r => (r.Score > double.MinValue ? r.ScoredAt : until) < until);
        if (request.Range?.MinScore is { } least)
            rows = IsByScore(request.Order) ? rows.Where(r => r.Score >= least) : rows.Where(r => r.Score + 0.0 >= least);
        if (request.Range?.MaxScore is { } most)
            rows = IsByScore(request.Order) ? rows.Where(r => r.Score <= most) : rows.Where(r => r.Score + 0.0 <= most);
        return Wrong(rows, request, model.Calibration);
    }

    /// <summary>Those that the line calls <paramref name="verdict"/>; all for null.</summary>
    public static IQueryable<ScoredImage> Judged(IQueryable<ScoredImage> rows, Verdict? verdict, Calibration line, bool byScore)
    {
        var (t1, t2) = (line.CertainlyGood, line.CertainlyDefective);
        return (verdict, byScore) switch
        {
            (Verdict.Defect, true) => rows.Where(r => r.Score >= t2),
            (Verdict.Uncertain, true) => rows.Where(r => r.Score > t1 && r.Score < t2),
            (Verdict.Normal, true) => rows.Where(r => r.Score <= t1 && r.Score < t2),
            (Verdict.Defect, false) => rows.Where(r => r.Score + 0.0 >= t2),
            (Verdict.Uncertain, false) => rows.Where(r => r.Score + 0.0 > t1 && r.Score + 0.0 < t2),
            (Verdict.Normal, false) => rows.Where(r => r.Score + 0.0 <= t1 && r.Score + 0.0 < t2),
            _ => rows,
        };
    }

    public static bool IsByScore(ResultOrder order) => order is ResultOrder.ScoreDescending or ResultOrder.ScoreAscending or ResultOrder.Nearest;

    private static bool IsByTime(ResultOrder order) => order is ResultOrder.Newest or ResultOrder.Oldest;

    /// <remarks>Ids go the way that the order goes: so one walk along the index gives both. <see cref="ResultOrder.Nearest"/> has <see cref="NearestRows"/>.</remarks>
    public static IOrderedQueryable<ScoredImage> Ordered(IQueryable<ScoredImage> rows, ResultOrder order) => order switch
    {
        ResultOrder.ScoreAscending => rows.OrderBy(r => r.Score).ThenBy(r => r.Id),
        ResultOrder.Newest => rows.OrderByDescending(r => r.ScoredAt).ThenByDescending(r => r.Id),
        ResultOrder.Oldest => rows.OrderBy(r => r.ScoredAt).ThenBy(r => r.Id),
        ResultOrder.Name => rows.OrderBy(r => r.ImageName).ThenBy(r => r.Id),
        _ => rows.OrderByDescending(r => r.Score).ThenByDescending(r => r.Id),
    };

    /// <summary>What comes after a position: a range on the ordered column first, which an index can begin at; the id only breaks its ties.</summary>
    public static IQueryable<ScoredImage> Behind(IQueryable<ScoredImage> rows, ResultOrder order, ResultPosition after)
    {
        var (score, name, at, id) = (after.Score, after.Name, after.ScoredAt, new ResultId(after.Id));
        return order switch
        {
            ResultOrder.ScoreAscending => rows.Where(r => r.Score >= score && (r.Score > score || r.Id > id)),
            ResultOrder.Newest => rows.Where(r => r.ScoredAt <= at && (r.ScoredAt < at || r.Id < id)),
            ResultOrder.Oldest => rows.Where(r => r.ScoredAt >= at && (r.ScoredAt > at || r.Id > id)),
            // Translated to the database's own comparison, the one that orders the list.
#pragma warning disable CA1309 // an ordinal comparison has no translation
            ResultOrder.Name => rows.Where(r => string.Compare(r.ImageName, name) >= 0 && (string.Compare(r.ImageName, name) > 0 || r.Id > id)),
#pragma warning restore CA1309
            _ => rows.Where(r => r.Score <= score && (r.Score < score || r.Id < id)),
        };
    }

    /// <summary>How many come before a position: the mirror of <see cref="Behind"/>, in two ranges that the index counts.</summary>
    public static async Task<int> CountBeforeAsync(IQueryable<ScoredImage> rows, ResultOrder order, ResultPosition at, CancellationToken ct)
    {
        var (score, name, time, id) = (at.Score, at.Name, at.ScoredAt, new ResultId(at.Id));
        var (earlier, tied) = order switch
        {
            ResultOrder.ScoreAscending => (rows.Where(r => r.Score < score), rows.Where(r => r.Score == score && r.Id < id)),
            ResultOrder.Newest => (rows.Where(r => r.ScoredAt > time), rows.Where(r => r.ScoredAt == time && r.Id > id)),
            ResultOrder.Oldest => (rows.Where(r => r.ScoredAt < time), rows.Where(r => r.ScoredAt == time && r.Id < id)),
#pragma warning disable CA1309 // an ordinal comparison has no translation
            ResultOrder.Name => (rows.Where(r => string.Compare(r.ImageName, name) < 0), rows.Where(r => r.ImageName == name && r.Id < id)),
#pragma warning restore CA1309
            _ => (rows.Where(r => r.Score > score), rows.Where(r => r.Score == score && r.Id > id)),
        };
        return await earlier.CountAsync(ct) + await tied.CountAsync(ct);
    }

    /// <summary>
    /// Where model and truth differ. The truth is what people decided, and the image's label where they have not; uncertain is no mistake.
    /// </summary>
    private static IQueryable<ScoredImage> Wrong(IQueryable<ScoredImage> rows, ListResults.Request request, Calibration line) => request.Mistake switch
    {
        Mistake.FalsePositive => Judged(rows, Verdict.Defect, line, IsByScore(request.Order)).Where(r =>
            r.Review == ReviewOutcome.Normal || (r.ImageLabel == ImageLabel.Normal && r.Review != ReviewOutcome.Defect)),
        Mistake.FalseNegative => Judged(rows, Verdict.Normal, line, IsByScore(request.Order)).Where(r =>
            r.Review == ReviewOutcome.Defect || (r.ImageLabel == ImageLabel.Defective && r.Review != ReviewOutcome.Normal)),
        _ => rows,
    };
}
