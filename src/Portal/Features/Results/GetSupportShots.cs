using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

/// <summary>The support shots of a model that are still stored, in its run's order: what an image is compared with.</summary>
public sealed class GetSupportShots(PortalDb db) : IUseCase
{
    public sealed record Shot(ImageId Image, string Name);

    public async Task<IReadOnlyList<Shot>> HandleAsync(Actor actor, ModelId model, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var snapshot = await context.Models.Where(m => m.Id == model)
            .Join(context.Runs, m => m.RunId, r => r.Id, (m, r) => r.Snapshot)
            .AsNoTracking().FirstOrDefaultAsync(ct);
        var support = snapshot?.Support.ToList() ?? [];
        var stored = await context.Images.AsNoTracking().Where(i => support.Contains(i.Id)).ToDictionaryAsync(i => i.Id, i => i.Name, ct);
        return [.. support.Where(stored.ContainsKey).Select(id => new Shot(id, stored[id]))];
    }
}
