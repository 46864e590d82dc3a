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
    Oldest,

    /// <summary>By the distance of the score to T2.</summary>
    Nearest,
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
    /// <param name="ReviewedBy">Whose verdict counts.</param>
    /// <param name="Search">A part of the name, in capitals or not.</param>
    public sealed record Request(
        ProjectId Project, ModelId? Model = null, Verdict? Verdict = null, ImageLabel? Label = null,
        ResultOrder Order = ResultOrder.ScoreDescending, int Skip = 0, int Take = 100, ResultRange? Range = null,
        string? DefectType = null, Mistake? Mistake = null, ReviewOutcome? Review = null, UserId? ReviewedBy = null, string? Search = null);

    public sealed record Item(
        ResultId Id, ProjectId Project, ImageId Image, string Name, double Score, ImageLabel Label, string? DefectType, bool HasMask, int Width, int Height,
        DateTimeOffset ScoredAt, double? FullScore = null);

    public sealed record Answer(TrainedModel? Model, IReadOnlyList<Item> Items, int Total, IReadOnlyDictionary<Verdict, int> Counts);

    /// <param name="Reviews">What people said of the items, where they did.</param>
    public sealed record Page(TrainedModel? Model, IReadOnlyList<Item> Items, IReadOnlyDictionary<ResultId, ReviewVerdict> Reviews);

    /// <summary>A page with the counts of the filter and of its verdicts.</summary>
    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var model = await ModelAsync(context, request.Project, request.Model, ct);
        if (model is null && request.Model is not null)
            return new ModelNotFound();
        if (model is null)
            return new Answer(null, [], 0, new Dictionary<Verdict, int>());

        var rows = ResultRows.Of(context, request with { Order = ResultOrder.ScoreDescending }, model);
        var counts = new Dictionary<Verdict, int>();
        foreach (var verdict in Enum.GetValues<Verdict>())
            counts[verdict] = await ResultRows.Judged(rows, verdict, model.Calibration, byScore: true).CountAsync(ct);
        var total = request.Verdict is { } wanted ? counts[wanted] : counts.Values.Sum();
        return new Answer(model, await WindowAsync(context, request, model, new KnownList(total), ct), total, counts);
    }

    /// <summary>A page of a list that is open already: what scrolling asks for.</summary>
    /// <param name="known">Of this list, kept from window to window.</param>
    public async Task<IReadOnlyList<Item>> WindowAsync(Actor actor, Request request, TrainedModel model, KnownList known, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        return await WindowAsync(context, request, model, known, ct);
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
        var rows = Rows(context, request, model);
        var found = (after, request.Order) switch
        {
            (null, _) => await FoundAsync(rows, request with { Skip = 0 }, model, new KnownList(request.Take), ct),
            (_, ResultOrder.Nearest) => await new NearestRows(rows, model.Calibration.CertainlyDefective).BehindAsync(after, request.Take, ct),
            _ => await ListedRow.ReadAsync(ResultRows.Ordered(ResultRows.Behind(rows, request.Order, after), request.Order).Take(request.Take), ct),
        };
        var items = await ItemsAsync(context, request.Project, found, ct);
        return new Page(model, items, items.Count == 0 ? new Dictionary<ResultId, ReviewVerdict>() : await CountingVerdicts.OfAsync(context, [.. items.Select(item => item.Id)], ct));
    }

    /// <summary>Where a result stands in the list of <paramref name="request"/>, from 0: how many come before it.</summary>
    public async Task<int> PositionAsync(Actor actor, Request request, ScoredImage result, TrainedModel model, string name, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var rows = Rows(context, request, model);
        var position = new ResultPosition(request.Order, model.Id.Value, result.Score, name, result.ScoredAt, result.Id.Value);
        return request.Order == ResultOrder.Nearest
            ? await new NearestRows(rows, model.Calibration.CertainlyDefective).CountBeforeAsync(position, ct)
            : await ResultRows.CountBeforeAsync(rows, request.Order, position, ct);
    }

    private static IQueryable<ScoredImage> Rows(PortalDbContext context, Request request, TrainedModel model) =>
        ResultRows.Judged(ResultRows.Of(context, request, model), request.Verdict, model.Calibration, ResultRows.IsByScore(request.Order));

    private static async Task<IReadOnlyList<Item>> WindowAsync(PortalDbContext context, Request request, TrainedModel model, KnownList known, CancellationToken ct) =>
        await ItemsAsync(context, request.Project, await FoundAsync(Rows(context, request, model), request, model, known, ct), ct);

    private static Task<List<ListedRow>> FoundAsync(IQueryable<ScoredImage> rows, Request request, TrainedModel model, KnownList known, CancellationToken ct) =>
        request.Order == ResultOrder.Nearest
            ? new NearestRows(rows, model.Calibration.CertainlyDefective).ListAsync(request.Skip, request.Take, known, ct)
            : ListedRow.ReadAsync(ResultRows.Ordered(rows, request.Order).Skip(request.Skip).Take(request.Take), ct);

    internal static async Task<TrainedModel?> ModelAsync(PortalDbContext context, ProjectId project, ModelId? named, CancellationToken ct) => named is { } id
        ? await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.ProjectId == project && m.Id == id, ct)
        : await SpeakingModel.OfAsync(context, project, ct);

    /// <summary>The images of the rows that are shown, and of no other: a join would look up those of all rows that are skipped.</summary>
    private static async Task<List<Item>> ItemsAsync(PortalDbContext context, ProjectId project, List<ListedRow> rows, CancellationToken ct)
    {
        if (rows.Count == 0)
            return [];
        var ids = rows.Select(row => row.Image).Distinct().ToList();
        var images = await context.Images.AsNoTracking().Where(i => ids.Contains(i.Id))
            .Select(i => new { i.Id, i.Name, i.Label, i.DefectType, HasMask = i.Mask != null, i.Width, i.Height })
            .ToDictionaryAsync(i => i.Id, ct);
        // One that was deleted between the two questions is not shown.
        return
        [
            .. from row in rows
               where images.ContainsKey(row.Image)
               let image = images[row.Image]
               select new Item(row.Id, project, row.Image, image.Name, row.Score, image.Label, image.DefectType, image.HasMask, image.Width, image.Height, row.ScoredAt, row.FullScore),
        ];
    }
}
