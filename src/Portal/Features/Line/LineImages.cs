using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Line;

/// <summary>An image of which another line says something else.</summary>
/// <param name="Label">Unknown also for an image that says nothing about the line.</param>
public sealed record FlippedResult(
    ResultId Result, ImageId Image, string Name, ImageLabel Label, string? DefectType, double Score, Verdict From, Verdict To)
{
    public FlippedImage Kept() => new(Image.Value, Name, Label, DefectType, Score, From, To);
}

/// <summary>
/// The scored images of one model as its line sees them. Labels count for images of the test set only, and not for shots that the model
/// learned from, wherever they are now: the same images that the evaluation measures on.
/// </summary>
internal sealed class LineImages
{
    private readonly PortalDbContext context;
    private readonly TrainedModel model;
    private readonly List<ImageId> shots;

    private LineImages(PortalDbContext context, TrainedModel model, List<ImageId> shots) =>
        (this.context, this.model, this.shots) = (context, model, shots);

    public static async Task<LineImages> OfAsync(PortalDbContext context, TrainedModel model, CancellationToken ct)
    {
        var snapshot = await context.Runs.AsNoTracking().Where(r => r.Id == model.RunId).Select(r => r.Snapshot).FirstAsync(ct);
        return new LineImages(context, model, [.. snapshot.Support]);
    }

    /// <summary>Two looks at the database, whatever the number of images. Put together here: joined there, each row would be looked up by itself.</summary>
    public async Task<LineScores> ScoresAsync(CancellationToken ct)
    {
        var labels = await context.Images.AsNoTracking()
            .Where(i => i.ProjectId == model.ProjectId && i.Split == ImageSplit.Test && i.Label != ImageLabel.Unknown && !shots.Contains(i.Id))
            .Select(i => new { i.Id, Good = i.Label == ImageLabel.Normal })
            .ToDictionaryAsync(i => i.Id, i => i.Good, ct);
        var (good, defective, unlabelled) = (new List<double>(), new List<double>(), new List<double>());
        await foreach (var row in context.Results.AsNoTracking().Where(r => r.ModelId == model.Id).Select(r => new { r.ImageId, r.Score }).AsAsyncEnumerable().WithCancellation(ct))
            (!labels.TryGetValue(row.ImageId, out var isGood) ? unlabelled : isGood ? good : defective).Add(row.Score);
        return LineScores.Of(good, defective, unlabelled);
    }

    /// <summary>Counted in the database, of the scores between the old thresholds and the new ones only: those that change.</summary>
    public async Task<IReadOnlyList<LineFlip>> FlipsAsync(Calibration from, Calibration to, CancellationToken ct)
    {
        var (a1, a2, b1, b2) = (from.CertainlyGood, from.CertainlyDefective, to.CertainlyGood, to.CertainlyDefective);
        var (low1, high1, low2, high2) = (Math.Min(a1, b1), Math.Max(a1, b1), Math.Min(a2, b2), Math.Max(a2, b2));
        var counts = await Rows()
            .Where(row => (row.Result.Score >= low1 && row.Result.Score <= high1) || (row.Result.Score >= low2 && row.Result.Score <= high2))
            .GroupBy(row => new
            {
                Label = row.Image.Split == ImageSplit.Test && !shots.Contains(row.Image.Id) ? row.Image.Label : ImageLabel.Unknown,
                From = row.Result.Score >= a2 ? Verdict.Defect : row.Result.Score > a1 ? Verdict.Uncertain : Verdict.Normal,
                To = row.Result.Score >= b2 ? Verdict.Defect : row.Result.Score > b1 ? Verdict.Uncertain : Verdict.Normal,
            })
            .Select(group => new { group.Key, Images = group.Count() })
            .ToListAsync(ct);
        // In the order in which LineFlips counts.
        return
        [
            .. counts.Where(c => c.Key.From != c.Key.To)
                .Select(c => new LineFlip(c.Key.Label, c.Key.From, c.Key.To, c.Images))
                .OrderBy(flip => flip.Label switch { ImageLabel.Normal => 0, ImageLabel.Defective => 1, _ => 2 }).ThenBy(flip => flip.From).ThenBy(flip => flip.To),
        ];
    }

    /// <summary>Of each change that <paramref name="counts"/> names some images: labelled ones first, then the highest scores.</summary>
    public async Task<List<FlippedResult>> FlippedAsync(
        IReadOnlyList<LineFlip> counts, Calibration from, Calibration to, int ofEach, bool labelledOnly, CancellationToken ct)
    {
        var found = new List<FlippedResult>();
        foreach (var (before, after) in counts.Where(flip => !labelledOnly || flip.Label != ImageLabel.Unknown).Select(flip => (flip.From, flip.To)).Distinct())
        {
            var rows = Judged(Judged(Rows(), before, from), after, to)
                .Select(row => new
                {
                    row.Result.Id, row.Result.Score, ImageId = row.Image.Id, row.Image.Name, row.Image.Label, row.Image.DefectType,
                    Says = row.Image.Split == ImageSplit.Test && row.Image.Label != ImageLabel.Unknown && !shots.Contains(row.Image.Id),
                });
            if (labelledOnly)
                rows = rows.Where(row => row.Says);
            var some = await rows.OrderByDescending(row => row.Says).ThenByDescending(row => row.Score).ThenBy(row => row.Id).Take(ofEach).ToListAsync(ct);
            found.AddRange(some.Select(row => new FlippedResult(
                row.Id, row.ImageId, row.Name, row.Says ? row.Label : ImageLabel.Unknown, row.Says ? row.DefectType : null, row.Score, before, after)));
        }

        return found;
    }

    private IQueryable<Row> Rows() => context.Results.AsNoTracking()
        .Where(r => r.ModelId == model.Id)
        .Join(context.Images, r => r.ImageId, i => i.Id, (result, image) => new Row { Result = result, Image = image });

    private static IQueryable<Row> Judged(IQueryable<Row> rows, Verdict verdict, Calibration line)
    {
        var (t1, t2) = (line.CertainlyGood, line.CertainlyDefective);
        return verdict switch
        {
            Verdict.Defect => rows.Where(row => row.Result.Score >= t2),
            Verdict.Uncertain => rows.Where(row => row.Result.Score > t1 && row.Result.Score < t2),
            _ => rows.Where(row => row.Result.Score <= t1 && row.Result.Score < t2),
        };
    }

    private sealed class Row
    {
        public required ScoredImage Result { get; init; }

        public required InspectionImage Image { get; init; }
    }
}
