using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

public enum ResultOrder
{
    ScoreDescending,
    ScoreAscending,
    Name,
}

/// <summary>A page of what one model says of the project's test images. Verdicts come from the model's line, in the database.</summary>
public sealed class ListResults(PortalDb db) : IUseCase
{
    /// <param name="Model">Null for the project's latest.</param>
    public sealed record Request(
        ProjectId Project, ModelId? Model = null, Verdict? Verdict = null, ImageLabel? Label = null,
        ResultOrder Order = ResultOrder.ScoreDescending, int Skip = 0, int Take = 100);

    public sealed record Item(
        ResultId Id, ProjectId Project, ImageId Image, string Name, double Score, ImageLabel Label, string? DefectType, bool HasMask, int Width, int Height);

    public sealed record Answer(TrainedModel? Model, IReadOnlyList<Item> Items, int Total, IReadOnlyDictionary<Verdict, int> Counts);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var models = context.Models.AsNoTracking().Where(m => m.ProjectId == request.Project);
        var model = request.Model is { } id
            ? await models.FirstOrDefaultAsync(m => m.Id == id, ct)
            : await models.OrderByDescending(m => m.Version).FirstOrDefaultAsync(ct);
        if (model is null && request.Model is not null)
            return new ModelNotFound();
        if (model is null)
            return new Answer(null, [], 0, new Dictionary<Verdict, int>());

        var rows = Rows(context, request, model.Id);
        var counts = new Dictionary<Verdict, int>();
        foreach (var verdict in Enum.GetValues<Verdict>())
            counts[verdict] = await Judged(rows, verdict, model).CountAsync(ct);
        rows = Judged(rows, request.Verdict, model);
        var total = request.Verdict is { } wanted ? counts[wanted] : counts.Values.Sum();
        var items = await Ordered(rows, request.Order)
            .Skip(request.Skip)
            .Take(request.Take)
            .Select(row => new Item(
                row.Result.Id, row.Result.ProjectId, row.Image.Id, row.Image.Name, row.Result.Score, row.Image.Label, row.Image.DefectType,
                row.Image.Mask != null, row.Image.Width, row.Image.Height))
            .ToListAsync(ct);
        return new Answer(model, items, total, counts);
    }

    /// <summary>Where a result stands in the list of <paramref name="request"/>, from 0: how many come before it.</summary>
    public async Task<int> PositionAsync(
        Actor actor, Request request, ScoredImage result, TrainedModel model, string name, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var rows = Judged(Rows(context, request, model.Id), request.Verdict, model);
        var (score, id) = (result.Score, result.Id);
        // Ties are listed by id, and the database compares ids as they are stored: they are counted from the list itself.
        var earlier = request.Order switch
        {
            ResultOrder.ScoreAscending => rows.Where(row => row.Result.Score < score),
            // Translated to the database's own comparison, the one that orders the list.
#pragma warning disable CA1309 // an ordinal comparison has no translation
            ResultOrder.Name => rows.Where(row => string.Compare(row.Image.Name, name) < 0),
#pragma warning restore CA1309
            _ => rows.Where(row => row.Result.Score > score),
        };
        var before = await earlier.CountAsync(ct);
        var ties = request.Order == ResultOrder.Name
            ? rows.Where(row => row.Image.Name == name)
            : rows.Where(row => row.Result.Score == score);
        var tied = await ties.OrderBy(row => row.Result.Id).Select(row => row.Result.Id).ToListAsync(ct);
        return before + Math.Max(0, tied.IndexOf(id));
    }

    private static IQueryable<Row> Rows(PortalDbContext context, Request request, ModelId model)
    {
        var rows = context.Results.AsNoTracking()
            .Where(r => r.ModelId == model)
            .Join(context.Images, r => r.ImageId, i => i.Id, (result, image) => new Row { Result = result, Image = image });
        return request.Label is { } label ? rows.Where(row => row.Image.Label == label) : rows;
    }

    private static IQueryable<Row> Judged(IQueryable<Row> rows, Verdict? verdict, TrainedModel model)
    {
        var (t1, t2) = (model.Calibration.CertainlyGood, model.Calibration.CertainlyDefective);
        return verdict switch
        {
            Verdict.Defect => rows.Where(row => row.Result.Score >= t2),
            Verdict.Uncertain => rows.Where(row => row.Result.Score > t1 && row.Result.Score < t2),
            Verdict.Normal => rows.Where(row => row.Result.Score <= t1 && row.Result.Score < t2),
            _ => rows,
        };
    }

    private static IOrderedQueryable<Row> Ordered(IQueryable<Row> rows, ResultOrder order) => order switch
    {
        ResultOrder.ScoreAscending => rows.OrderBy(row => row.Result.Score).ThenBy(row => row.Result.Id),
        ResultOrder.Name => rows.OrderBy(row => row.Image.Name).ThenBy(row => row.Result.Id),
        _ => rows.OrderByDescending(row => row.Result.Score).ThenBy(row => row.Result.Id),
    };

    private sealed class Row
    {
        public required ScoredImage Result { get; init; }

        public required InspectionImage Image { get; init; }
    }
}
