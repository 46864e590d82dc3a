using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

/// <summary>One scored image with its model.</summary>
public sealed class GetResult(PortalDb db) : IUseCase
{
    public sealed record Answer(ScoredImage Result, InspectionImage Image, TrainedModel Model, string ProjectName, ReviewVerdict? Review);

    public async Task<Result<Answer>> HandleAsync(Actor actor, ResultId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var result = await context.Results.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct);
        if (result is null)
            return new ResultNotFound();
        var image = await context.Images.AsNoTracking().FirstAsync(i => i.Id == result.ImageId, ct);
        var model = await context.Models.AsNoTracking().FirstAsync(m => m.Id == result.ModelId, ct);
        var project = await context.Projects.AsNoTracking().Where(p => p.Id == result.ProjectId).Select(p => p.Name).FirstAsync(ct);
        var review = await CountingVerdicts.OfAsync(context, [id], ct);
        return new Answer(result, image, model, project, review.GetValueOrDefault(id));
    }
}
