using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Teams;

/// <summary>The members of the team for everybody in it, and the open invitations for its owners.</summary>
public sealed class ListTeam(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record Member(UserId User, string Name, string Email, TeamRole Role, DateTimeOffset Since);

    public sealed record Open(InvitationId Id, TeamRole Role, string? Email, string MadeBy, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt);

    public sealed record Answer(string Name, IReadOnlyList<Member> Items, IReadOnlyList<Open> Invitations);

    public async Task<Result<Answer>> HandleAsync(Actor actor, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Read);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        var name = await context.Tenants.AsNoTracking().Select(t => t.Name).SingleAsync(ct);
        var memberships = await context.Memberships.AsNoTracking().ToListAsync(ct);
        var invitations = actor.Require(TeamPermissions.Manage).Succeeded
            ? await context.Invitations.AsNoTracking().Where(i => i.UsedAt == null && i.RevokedAt == null).OrderBy(i => i.CreatedAt).ToListAsync(ct)
            : [];
        // Who made an invitation may have left: the account is still there.
        var ids = memberships.Select(m => m.UserId.Value).Union(invitations.Select(i => i.CreatedBy.Value)).ToList();
        var people = await context.Users.AsNoTracking()
            .Where(u => ids.Contains(u.Id))
            .Select(u => new { u.Id, u.DisplayName, u.Email })
            .ToDictionaryAsync(u => u.Id, ct);

        var members = memberships
            .Select(m => new Member(m.UserId, people.GetValueOrDefault(m.UserId.Value)?.DisplayName ?? "", people.GetValueOrDefault(m.UserId.Value)?.Email ?? "", m.Role, m.Since))
            .OrderByDescending(m => m.Role).ThenBy(m => m.Name, StringComparer.OrdinalIgnoreCase)
            .ToList();
        var now = time.GetUtcNow();
        var open = invitations
            .Where(i => i.StateAt(now) == InvitationState.Open)
            .Select(i => new Open(i.Id, i.Role, i.Email, people.GetValueOrDefault(i.CreatedBy.Value)?.DisplayName ?? "", i.CreatedAt, i.ExpiresAt))
            .ToList();
        return new Answer(name, members, open);
    }
}
