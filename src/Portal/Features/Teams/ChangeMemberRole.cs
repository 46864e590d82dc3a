using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Teams;

/// <summary>Gives a member another role. It holds with that person's next request.</summary>
public sealed class ChangeMemberRole(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record Request(UserId Member, TeamRole Role);

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Manage);
        if (!allowed.Succeeded)
            return allowed;
        return await Roster.ChangeAsync(
            db,
            actor.Tenant,
            request.Member,
            (context, member) =>
            {
                var before = member.Role;
                var changed = member.ChangeRole(request.Role);
                if (changed.Succeeded)
                    context.Record(actor, time, AuditAction.MemberRole, "member", request.Member, $"From {before} to {request.Role}");
                return changed;
            },
            ct);
    }
}

/// <summary>Takes a member out of the team. Keys that the member made stay: they are the team's.</summary>
public sealed class RemoveMember(PortalDb db, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, UserId member, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Manage);
        if (!allowed.Succeeded)
            return allowed;
        return await Roster.ChangeAsync(
            db,
            actor.Tenant,
            member,
            (context, membership) =>
            {
                context.Memberships.Remove(membership);
                context.Record(actor, time, AuditAction.MemberRemove, "member", member, $"Was {membership.Role}");
                return Result.Ok;
            },
            ct);
    }
}

/// <summary>A member goes. Any role may, but for the last owner.</summary>
public sealed class LeaveTeam(PortalDb db, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, CancellationToken ct)
    {
        if (actor.Key is { } key)
            return new ScopeMissing(TeamPermissions.Manage, key.Scopes);
        return await Roster.ChangeAsync(
            db,
            actor.Tenant,
            actor.User,
            (context, membership) =>
            {
                context.Memberships.Remove(membership);
                context.Record(actor, time, AuditAction.MemberLeave, "member", actor.User, $"Was {membership.Role}");
                return Result.Ok;
            },
            ct);
    }
}

/// <summary>Changes of who is in a team as what. An owner always remains.</summary>
internal static class Roster
{
    public static Task<Result> ChangeAsync(
        PortalDb db, TenantId tenant, UserId member, Func<PortalDbContext, Membership, Result> change, CancellationToken ct) => db.ChangeAsync(
        tenant,
        async context =>
        {
            var team = await context.Tenants.SingleAsync(ct);
            var membership = await context.Memberships.FirstOrDefaultAsync(m => m.UserId == member, ct);
            if (membership is null)
                return new MemberNotFound();
            var isLastOwner = membership.Role == TeamRole.Owner
                && !await context.Memberships.AnyAsync(m => m.Role == TeamRole.Owner && m.UserId != member, ct);
            var changed = change(context, membership);
            if (!changed.Succeeded)
                return changed;
            if (isLastOwner)
                return new LastOwner();
            // Two owners who demote each other write different memberships: the team's version, which both write, tells the second.
            team.RosterChanges();
            return Result.Ok;
        },
        ct);
}
