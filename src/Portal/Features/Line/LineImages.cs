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

    /// <summary>One look at the database, whatever the number of images.</summary>
    public async Task<LineScores> ScoresAsync(CancellationToken ct)
    {
        var rows = await Rows().Select(row => new { row.Result.Score, row.Image.Label, Says = row.Image.Split == ImageSplit.Test && !shots.Contains(row.Image.Id) }).ToListAsync(ct);
        IEnumerable<double> Of(ImageLabel label) => rows.Where(row => (row.Says ? row.Label : ImageLabel.Unknown) == label).Select(row => row.Score);
        return LineScores.Of(Of(ImageLabel.Normal), Of(ImageLabel.Defective), Of(ImageLabel.Unknown));
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
