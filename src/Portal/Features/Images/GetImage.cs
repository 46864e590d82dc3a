using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Images;

/// <summary>One image's row.</summary>
public sealed class GetImage(PortalDb db) : IUseCase
{
    public async Task<Result<InspectionImage>> HandleAsync(Actor actor, ImageId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        return await context.Images.AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, ct) is { } image ? image : new ImageNotFound();
    }
}
