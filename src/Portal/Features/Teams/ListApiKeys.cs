using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Teams;

/// <summary>The team's keys, those in use first. Never the tokens: nobody has them.</summary>
public sealed class ListApiKeys(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record Item(
        ApiKeyId Id, string Name, string Start, TeamPermissions Scopes, int RequestsPerMinute, string MadeBy, DateTimeOffset MadeAt,
        DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt, bool IsValid);

    public async Task<Result<IReadOnlyList<Item>>> HandleAsync(Actor actor, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Manage);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        var keys = await context.ApiKeys.AsNoTracking().OrderByDescending(k => k.CreatedAt).ToListAsync(ct);
        var ids = keys.Select(k => k.CreatedBy.Value).Distinct().ToList();
        var names = await context.Users.AsNoTracking().Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, ct);
        var now = time.GetUtcNow();
        return keys
            .Select(k => new Item(
                k.Id, k.Name, k.Start, k.Scopes, k.RequestsPerMinute, names.GetValueOrDefault(k.CreatedBy.Value, ""), k.CreatedAt,
                k.ExpiresAt, k.LastUsedAt, k.RevokedAt, k.IsValid(now)))
            .OrderByDescending(k => k.IsValid)
            .ToList();
    }
}
