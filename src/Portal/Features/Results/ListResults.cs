using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Review;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

public enum ResultOrder
{
    ScoreDescending,
    ScoreAscending,
    Name,
    Newest,
}

/// <summary>Where a list of results goes on. It names its model: what is published meanwhile does not change a list under way.</summary>
public sealed record ResultPosition(ResultOrder Order, Guid Model, double Score, string Name, DateTimeOffset ScoredAt, Guid Id);

/// <summary>What else a list of results may be narrowed to; nulls let all through.</summary>
/// <param name="From">The first moment of scoring.</param>
/// <param name="Until">The moment from which on results are left out.</param>
public sealed record ResultRange(double? MinScore = null, double? MaxScore = null, DateTimeOffset? From = null, DateTimeOffset? Until = null);

/// <summary>A page of what one model says of the project's test images. Verdicts come from the model's line, in the database.</summary>
public sealed class ListResults(PortalDb db) : IUseCase
{
    /// <param name="Model">Null for the project's published one, or its latest while none is published.</param>
    /// <param name="DefectType">Only defective images of this type; empty for those of which nobody said what is wrong.</param>
    public sealed record Request(
        ProjectId Project, ModelId? Model = null, Verdict? Verdict = null, ImageLabel? Label = null,
        ResultOrder Order = ResultOrder.ScoreDescending, int Skip = 0, int Take = 100, ResultRange? Range = null,
        string? DefectType = null);

    public sealed record Item(
        ResultId Id, ProjectId Project, ImageId Image, string Name, double Score, ImageLabel Label, string? DefectType, bool HasMask, int Width, int Height,
        DateTimeOffset ScoredAt, double? FullScore = null);

    public sealed record Answer(TrainedModel? Model, IReadOnlyList<Item> Items, int Total, IReadOnlyDictionary<Verdict, int> Counts);

    /// <param name="Reviews">What people said of the items, where they did.</param>
    public sealed record Page(TrainedModel? Model, IReadOnlyList<Item> Items, IReadOnlyDictionary<ResultId, ReviewVerdict> Reviews);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var model = await ModelAsync(context, request.Project, request.Model, ct);
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
        var items = await ItemsAsync(Ordered(rows, request.Order).Skip(request.Skip).Take(request.Take), ct);
        return new Answer(model, items, total, counts);
    }

    /// <summary>A page that goes on after a position, without the counts, which cost as much as the list is long.</summary>
    /// <param name="after">The last result that was given; null at the beginning.</param>
    public async Task<Result<Page>> PageAsync(Actor actor, Request request, ResultPosition? after, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        ModelId? named = after is null ? request.Model : new ModelId(after.Model);
        var model = await ModelAsync(context, request.Project, named, ct);
        if (model is null)
            return named is null ? new Page(null, [], new Dictionary<ResultId, ReviewVerdict>()) : new ModelNotFound();
        var rows = Judged(Rows(context, request, model.Id), request.Verdict, model);
        if (after is not null)
            rows = Behind(rows, request.Order, after);
        var items = await ItemsAsync(Ordered(rows, request.Order).Take(request.Take), ct);
        return new Page(model, items, await CountingVerdicts.OfAsync(context, [.. items.Select(item => item.Id)], ct));
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
            ResultOrder.Newest => rows.Where(row => row.Result.ScoredAt > result.ScoredAt),
            _ => rows.Where(row => row.Result.Score > score),
        };
        var before = await earlier.CountAsync(ct);
        var ties = request.Order switch
        {
            ResultOrder.Name => rows.Where(row => row.Image.Name == name),
            ResultOrder.Newest => rows.Where(row => row.Result.ScoredAt == result.ScoredAt),
            _ => rows.Where(row => row.Result.Score == score),
        };
        var tied = await ties.OrderBy(row => row.Result.Id).Select(row => row.Result.Id).ToListAsync(ct);
        return before + Math.Max(0, tied.IndexOf(id));
    }

    private static IQueryable<Row> Rows(PortalDbContext context, Request request, ModelId model)
    {
        var rows = context.Results.AsNoTracking()
            .Where(r => r.ModelId == model)
            .Join(context.Images, r => r.ImageId, i => i.Id, (result, image) => new Row { Result = result, Image = image });
        if (request.Label is { } label)
            rows = rows.Where(row => row.Image.Label == label);
        if (request.DefectType is { } type)
            rows = rows.Where(row => row.Image.Label == ImageLabel.Defective && (row.Image.DefectType ?? "") == type);
        if (request.Range?.MinScore is { } least)
            rows = rows.Where(row => row.Result.Score >= least);
        if (request.Range?.MaxScore is { } most)
            rows = rows.Where(row => row.Result.Score <= most);
        if (request.Range?.From is { } from)
            rows = rows.Where(row => row.Result.ScoredAt >= from);
        if (request.Range?.Until is { } until)
            rows = rows.Where(row => row.Result.ScoredAt < until);
        return rows;
    }

    private static async Task<TrainedModel?> ModelAsync(PortalDbContext context, ProjectId project, ModelId? named, CancellationToken ct)
    {
        return named is { } id
            ? await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.ProjectId == project && m.Id == id, ct)
            : await SpeakingModel.OfAsync(context, project, ct);
    }

    private static Task<List<Item>> ItemsAsync(IQueryable<Row> rows, CancellationToken ct) => rows
        .Select(row => new Item(
            row.Result.Id, row.Result.ProjectId, row.Image.Id, row.Image.Name, row.Result.Score, row.Image.Label, row.Image.DefectType,
            row.Image.Mask != null, row.Image.Width, row.Image.Height, row.Result.ScoredAt, row.Result.FullScore))
        .ToListAsync(ct);

    /// <summary>A range on the ordered column first, which an index can begin at; the id only breaks its ties.</summary>
    private static IQueryable<Row> Behind(IQueryable<Row> rows, ResultOrder order, ResultPosition after)
    {
        var (score, name, at, id) = (after.Score, after.Name, after.ScoredAt, new ResultId(after.Id));
        return order switch
        {
            ResultOrder.ScoreAscending => rows.Where(r => r.Result.Score >= score && (r.Result.Score > score || r.Result.Id > id)),
            ResultOrder.Newest => rows.Where(r => r.Result.ScoredAt <= at && (r.Result.ScoredAt < at || r.Result.Id > id)),
            // Translated to the database's own comparison, the one that orders the list.
#pragma warning disable CA1309 // an ordinal comparison has no translation
            ResultOrder.Name => rows.Where(r => string.Compare(r.Image.Name, name) >= 0 && (string.Compare(r.Image.Name, name) > 0 || r.Result.Id > id)),
#pragma warning restore CA1309
            _ => rows.Where(r => r.Result.Score <= score && (r.Result.Score < score || r.Result.Id > id)),
        };
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
        ResultOrder.Newest => rows.OrderByDescending(row => row.Result.ScoredAt).ThenBy(row => row.Result.Id),
        ResultOrder.Name => rows.OrderBy(row => row.Image.Name).ThenBy(row => row.Result.Id),
        _ => rows.OrderByDescending(row => row.Result.Score).ThenBy(row => row.Result.Id),
    };

    private sealed class Row
    {
        public required ScoredImage Result { get; init; }

        public required InspectionImage Image { get; init; }
    }
}
