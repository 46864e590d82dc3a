using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Scoring;

/// <summary>How many test images came after a model was trained, and have no result of it.</summary>
public sealed class CountUnscored(PortalDb db) : IUseCase
{
    public async Task<Result<int>> HandleAsync(Actor actor, ModelId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, ct);
        if (model is null)
            return new ModelNotFound();
        return await context.Images.CountAsync(
            i => i.ProjectId == model.ProjectId && i.Split == ImageSplit.Test && !context.Results.Any(r => r.ModelId == id && r.ImageId == i.Id), ct);
    }
}
