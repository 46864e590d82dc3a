using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registry;

/// <summary>What a comparison lists.</summary>
public enum ComparedShow
{
    /// <summary>Images of which the two say something else.</summary>
    Flipped,

    /// <summary>Those among them whose label speaks for the second model.</summary>
    Better,

    /// <summary>Those among them whose label speaks for the first model.</summary>
    Worse,

    All,
}

/// <summary>An image that both models have scored.</summary>
internal sealed class ComparedRow
{
    public required ResultId FirstResult { get; init; }

    public required ResultId SecondResult { get; init; }

    public required ImageId Image { get; init; }

    public required string Name { get; init; }

    /// <summary>Unknown also where the label says nothing: outside the test set, or a shot that one of the models learned from.</summary>
    public required ImageLabel Label { get; init; }

    public required string? DefectType { get; init; }

    public required double First { get; init; }

    public required double Second { get; init; }
}

/// <summary>
/// Two models of a project on the images that both have scored, each judged by its own line. Labels count as in the evaluation: for images of the
/// test set, and not for shots that either model learned from, wherever they are now.
/// </summary>
internal sealed class ComparedRows
{
    private readonly PortalDbContext context;
    private readonly List<ImageId> shots;

    private ComparedRows(PortalDbContext context, TrainedModel first, TrainedModel second, List<ImageId> shots) =>
        (this.context, First, Second, this.shots) = (context, first, second, shots);

    public TrainedModel First { get; }

    public TrainedModel Second { get; }

    public static async Task<ComparedRows> OfAsync(PortalDbContext context, TrainedModel first, TrainedModel second, CancellationToken ct)
    {
        var runs = new[] { first.RunId, second.RunId };
        var snapshots = await context.Runs.AsNoTracking().Where(r => runs.Contains(r.Id)).Select(r => r.Snapshot).ToListAsync(ct);
        return new ComparedRows(context, first, second, [.. snapshots.SelectMany(s => s.Support).Distinct()]);
    }

    /// <summary>Along the second model's index, each row with its partner by key: nothing is read that is not shown.</summary>
    public IQueryable<ComparedRow> Rows()
    {
        var (a, b) = (First.Id, Second.Id);
        return context.Results.AsNoTracking().Where(r => r.ModelId == b)
            .Join(context.Results.Where(r => r.ModelId == a), second => second.ImageId, first => first.ImageId, (second, first) => new { First = first, Second = second })
            .Join(context.Images, pair => pair.Second.ImageId, image => image.Id, (pair, image) => new { pair.First, pair.Second, Image = image })
            .Select(row => new ComparedRow
            {
                FirstResult = row.First.Id,
                SecondResult = row.Second.Id,
                Image = row.Image.Id,
                Name = row.Image.Name,
                Label = row.Image.Split == ImageSplit.Test && !shots.Contains(row.Image.Id) ? row.Image.Label : ImageLabel.Unknown,
                DefectType = row.Image.DefectType,
                First = row.First.Score,
                Second = row.Second.Score,
            });
    }

    public IQueryable<ComparedRow> Shown(ComparedShow show)
    {
        var (a1, a2) = (First.Calibration.CertainlyGood, First.Calibration.CertainlyDefective);
        var (b1, b2) = (Second.Calibration.CertainlyGood, Second.Calibration.CertainlyDefective);
        // The verdict as a number: 0 normal, 1 uncertain, 2 defect.
        var rows = Rows().Select(row => new
        {
            Row = row, Was = row.First >= a2 ? 2 : row.First > a1 ? 1 : 0, Is = row.Second >= b2 ? 2 : row.Second > b1 ? 1 : 0,
        });
        return (show switch
        {
            ComparedShow.Flipped => rows.Where(r => r.Was != r.Is),
            ComparedShow.Better => rows.Where(r => (r.Row.Label == ImageLabel.Normal && r.Is < r.Was) || (r.Row.Label == ImageLabel.Defective && r.Is > r.Was)),
            ComparedShow.Worse => rows.Where(r => (r.Row.Label == ImageLabel.Normal && r.Is > r.Was) || (r.Row.Label == ImageLabel.Defective && r.Is < r.Was)),
            _ => rows,
        }).Select(r => r.Row);
    }
}

/// <summary>Which two versions a person means.</summary>
internal static class ComparedPair
{
    /// <param name="first">Null for the published one, and for the second newest while none is or it is the second itself.</param>
    /// <param name="second">Null for the newest one that is not the first.</param>
    public static async Task<Result<(TrainedModel First, TrainedModel Second)>> FindAsync(
        PortalDbContext context, ProjectId project, ModelId? first, ModelId? second, CancellationToken ct)
    {
        var models = context.Models.AsNoTracking().Where(m => m.ProjectId == project);
        var published = await context.Projects.Where(p => p.Id == project).Select(p => p.PublishedModelId).FirstOrDefaultAsync(ct);
        var b = second is { } named
            ? await models.FirstOrDefaultAsync(m => m.Id == named, ct)
            : await models.Where(m => m.Id != (first ?? published)).OrderByDescending(m => m.Version).FirstOrDefaultAsync(ct);
        if (second is not null && b is null)
            return new ModelNotFound();
        if (b is null)
            return new NothingToCompare();
        var a = first is { } other
            ? await models.FirstOrDefaultAsync(m => m.Id == other, ct)
            : await models.Where(m => m.Id != b.Id).OrderByDescending(m => m.Id == published).ThenByDescending(m => m.Version).FirstOrDefaultAsync(ct);
        if (first is not null && a is null)
            return new ModelNotFound();
        if (a is null || a.Id == b.Id)
            return new NothingToCompare();
        return (a, b);
    }
}

public sealed record NothingToCompare()
    : Error(ErrorKind.Conflict, "compare.two", "A comparison takes two versions of one project. Train another one, or name another one.");
