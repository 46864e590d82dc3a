using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Teams;

/// <summary>What the team has and what it may have.</summary>
public sealed class GetUsage(PortalDb db, TeamQuotas quotas) : IUseCase
{
    public sealed record Answer(TeamUsage Usage, TeamQuota Quota);

    public async Task<Answer> HandleAsync(Actor actor, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        return new Answer(await TeamQuotas.UsageAsync(context, ct), await quotas.OfAsync(context, ct));
    }
}
