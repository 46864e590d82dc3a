using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Identity;

/// <summary>Who stands behind a token.</summary>
public sealed class ApiKeys(PortalDb db, CrossTenantDb across, TimeProvider time)
{
    /// <summary>“Last used” is for people: to the minute is exact enough, and saves a write per request.</summary>
    private static readonly TimeSpan UseStep = TimeSpan.FromMinutes(1);

    /// <returns>The key of the token; null for one that is unknown, revoked or at its end.</returns>
    public async Task<ApiKey?> FindAsync(string token, CancellationToken ct)
    {
        if (!token.StartsWith(ApiKey.TokenPrefix, StringComparison.Ordinal))
            return null;
        var hash = ApiKey.HashOf(token);
        ApiKey? key;
        await using (var reader = across.Open("A request names its team by its key alone"))
            key = await reader.All<ApiKey>().FirstOrDefaultAsync(k => k.TokenHash == hash, ct);
        var now = time.GetUtcNow();
        if (key is null || !key.IsValid(now))
            return null;
        if (key.LastUsedAt is null || now - key.LastUsedAt >= UseStep)
            await NoteUseAsync(key, now, ct);
        return key;
    }

    private async Task NoteUseAsync(ApiKey key, DateTimeOffset now, CancellationToken ct)
    {
        await using var context = db.ForTenant(key.TenantId);
        await context.ApiKeys.Where(k => k.Id == key.Id).ExecuteUpdateAsync(k => k.SetProperty(row => row.LastUsedAt, now), ct);
    }
}
