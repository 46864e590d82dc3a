using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Teams;

/// <summary>Makes a key for a program.</summary>
public sealed class CreateApiKey(PortalDb db, TimeProvider time) : IUseCase
{
    /// <param name="ExpiresAt">Null for never.</param>
    public sealed record Request(string? Name, TeamPermissions Scopes, int RequestsPerMinute, DateTimeOffset? ExpiresAt);

    /// <param name="Token">Nobody will see it again.</param>
    public sealed record Answer(ApiKeyId Id, string Token);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Manage);
        if (!allowed.Succeeded)
            return allowed.Error;
        var made = ApiKey.Create(actor.Tenant, request.Name, request.Scopes, request.RequestsPerMinute, request.ExpiresAt, actor.User, time.GetUtcNow());
        if (!made.Succeeded)
            return made.Error;
        var (key, token) = made.Value;
        await using var context = db.ForTenant(actor.Tenant);
        context.ApiKeys.Add(key);
        context.Record(actor, time, AuditAction.KeyCreate, "key", key.Id, $"“{key.Name}” ({key.Start}…): {key.Scopes.InWords()}");
        await context.SaveChangesAsync(ct);
        return new Answer(key.Id, token);
    }
}

/// <summary>Ends a key at once. It stays in the list, so that the trail's “by key” can be read.</summary>
public sealed class RevokeApiKey(PortalDb db, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, ApiKeyId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Manage);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        var key = await context.ApiKeys.FirstOrDefaultAsync(k => k.Id == id, ct);
        if (key is null)
            return new KeyNotFound();
        var revoked = key.Revoke(time.GetUtcNow());
        if (!revoked.Succeeded)
            return revoked;
        context.Record(actor, time, AuditAction.KeyRevoke, "key", key.Id, $"“{key.Name}” ({key.Start}…)");
        await context.SaveChangesAsync(ct);
        return Result.Ok;
    }
}
