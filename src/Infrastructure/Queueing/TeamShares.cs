using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Queueing;

/// <summary>Counts worker time in the transaction that ends an attempt.</summary>
internal static class TeamShares
{
    public static async Task ChargeAsync(PortalDbContext context, TrainingRun run, DateTimeOffset until, QueueRules rules, CancellationToken ct)
    {
        var share = await context.TeamShares.FirstOrDefaultAsync(ct);
        if (share is null)
            context.TeamShares.Add(share = TeamShare.Open(run.TenantId));
        share.Charge(run, until, rules.WeightOf(run.TenantId));
    }
}
