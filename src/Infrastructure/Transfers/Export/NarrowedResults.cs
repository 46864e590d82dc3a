using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;

namespace FewShotAD.Infrastructure.Transfers.Export;

/// <summary>
/// The results that an export's filter lets through: the same ones as the browser of results shows, which a test holds. An export reads all
/// of them in the order of names, so the filters need none of the shapes that keep a page of the browser quick.
/// </summary>
internal static class NarrowedResults
{
    public static IQueryable<ScoredImage> Of(IQueryable<ScoredImage> results, ExportFilter filter, Calibration line)
    {
        if (filter.MinScore is { } least)
            results = results.Where(r => r.Score >= least);
        if (filter.MaxScore is { } most)
            results = results.Where(r => r.Score <= most);
        if (filter.From is { } from)
            results = results.Where(r => r.ScoredAt >= from);
        if (filter.To is { } to)
            results = results.Where(r => r.ScoredAt < to);
        if (filter.DefectType is { } type)
            results = results.Where(r => r.ImageLabel == ImageLabel.Defective && (r.ImageDefectType ?? "") == type);
        if (filter.Review is { } review)
            results = results.Where(r => r.Review == review);
        if (filter.ReviewedBy is { } id)
        {
            var person = new UserId(id);
            results = results.Where(r => r.ReviewedBy == person);
        }

        if (!string.IsNullOrWhiteSpace(filter.Search))
            results = results.Where(r => NameSearch.Fits(r.ImageName, NameSearch.Pattern(filter.Search)));
        return filter.Mistake switch
        {
            Mistake.FalsePositive => Judged(results, Verdict.Defect, line).Where(r =>
                r.Review == ReviewOutcome.Normal || (r.ImageLabel == ImageLabel.Normal && r.Review != ReviewOutcome.Defect)),
            Mistake.FalseNegative => Judged(results, Verdict.Normal, line).Where(r =>
                r.Review == ReviewOutcome.Defect || (r.ImageLabel == ImageLabel.Defective && r.Review != ReviewOutcome.Normal)),
            _ => results,
        };
    }

    public static IQueryable<ScoredImage> Judged(IQueryable<ScoredImage> results, Verdict verdict, Calibration line)
    {
        var (t1, t2) = (line.CertainlyGood, line.CertainlyDefective);
        return verdict switch
        {
            Verdict.Defect => results.Where(r => r.Score >= t2),
            Verdict.Uncertain => results.Where(r => r.Score > t1 && r.Score < t2),
            _ => results.Where(r => r.Score <= t1 && r.Score < t2),
        };
    }
}
