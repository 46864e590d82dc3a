using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Webhooks;

/// <summary>The team's webhooks. An address often carries a secret of the other system, so who only reads does not see it.</summary>
public sealed class ListWebhooks(PortalDb db) : IUseCase
{
    public async Task<Result<IReadOnlyList<Webhook>>> HandleAsync(Actor actor, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        return await context.Webhooks.AsNoTracking().OrderBy(webhook => webhook.Name).ThenBy(webhook => webhook.Id).ToListAsync(ct);
    }
}

/// <summary>One webhook.</summary>
public sealed class GetWebhook(PortalDb db) : IUseCase
{
    public async Task<Result<Webhook>> HandleAsync(Actor actor, WebhookId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        return await context.Webhooks.AsNoTracking().FirstOrDefaultAsync(webhook => webhook.Id == id, ct) is { } webhook ? webhook : new WebhookNotFound();
    }
}
