using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Review;

/// <summary>All that the caller may see of one result's review.</summary>
public sealed class GetReviewCase(PortalDb db) : IUseCase
{
    private const int MaxHistory = 100;

    /// <param name="Item">Null while nobody has touched it.</param>
    /// <param name="IsBlind">A second verdict is due and it is not the caller who gave the first: nothing of that is in here.</param>
    public sealed record Answer(
        ScoredImage Result, InspectionImage Image, TrainedModel Model, ReviewItem? Item, IReadOnlyList<GivenVerdict> History, bool IsBlind,
        IReadOnlyDictionary<UserId, string> Names);

    public async Task<Result<Answer>> HandleAsync(Actor actor, ResultId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var result = await context.Results.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct);
        if (result is null)
            return new ResultNotFound();
        var image = await context.Images.AsNoTracking().FirstAsync(i => i.Id == result.ImageId, ct);
        var model = await context.Models.AsNoTracking().FirstAsync(m => m.Id == result.ModelId, ct);
        var item = await context.ReviewItems.AsNoTracking().FirstOrDefaultAsync(i => i.ResultId == id, ct);
        var history = await ListVerdicts.ShownAsync(context, id, actor.User, null, MaxHistory, ct);
        var people = history.Select(given => given.Verdict.GivenBy).ToList();
        if (item?.AcceptedBy is { } accepted)
            people.Add(accepted);
        if (item?.AssignedTo is { } assigned)
            people.Add(assigned);
        var names = await ReviewNames.OfAsync(context, people, ct);
        var isBlind = item is { State: ReviewState.SecondDue } && item.FirstBy != actor.User;
        return new Answer(result, image, model, item, history, isBlind, names);
    }
}
