using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Review;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Review;

/// <summary>What is decided of the project's model, by name: to accept, to reopen, to put to use.</summary>
public sealed class ListReviewed(PortalDb db) : IUseCase
{
    public sealed record Request(ProjectId Project, ReviewDecision? Decision, int Skip, int Take);

    public sealed record Item(
        ResultId Id, ImageId Image, string Name, double Score, ReviewDecision Decision, string? DefectType, bool IsSettled, bool IsAccepted, ImageSplit Split, ImageLabel Label);

    public sealed record Answer(TrainedModel? Model, IReadOnlyList<Item> Items, int Total);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var model = await SpeakingModel.OfAsync(context, request.Project, ct);
        if (model is null)
            return new Answer(null, [], 0);
        var rows = context.ReviewItems.AsNoTracking()
            .Where(i => i.ModelId == model.Id && i.State == ReviewState.Decided && (request.Decision == null || i.Decision == request.Decision))
            .Join(context.Results, item => item.ResultId, result => result.Id, (item, result) => new { item, result })
            .Join(context.Images, row => row.result.ImageId, image => image.Id, (row, image) => new { row.item, row.result, image });
        var total = await rows.CountAsync(ct);
        var items = await rows.OrderBy(row => row.image.Name).ThenBy(row => row.result.Id).Skip(request.Skip).Take(request.Take)
            .Select(row => new Item(
                row.result.Id, row.image.Id, row.image.Name, row.result.Score, row.item.Decision!.Value, row.item.DefectType, row.item.SecondBy != null,
                row.item.AcceptedAt != null, row.image.Split, row.image.Label))
            .ToListAsync(ct);
        return new Answer(model, items, total);
    }
}
