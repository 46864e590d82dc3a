using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Identity;

/// <summary>A new account with the team that it owns.</summary>
public sealed record Registration(UserId User, TenantId Tenant);

/// <summary>A team that a user may sign in to.</summary>
public sealed record TeamOfUser(TenantId Tenant, string Name, TeamRole Role);

/// <summary>What people do with accounts before they act in a team.</summary>
public sealed class Accounts(PortalDb db, CrossTenantDb across, NewAccounts newAccounts, TimeProvider time)
{
    public const int PasswordMinLength = 10;

    /// <summary>Makes an account and a team owned by it, both or neither.</summary>
    public async Task<Result<Registration>> RegisterAsync(NewAccount account, string teamName, CancellationToken ct)
    {
        var team = Tenant.Create(teamName, time.GetUtcNow());
        if (!team.Succeeded)
            return team.Error;
        await using var context = db.ForTenant(team.Value.TenantId);
        var user = await newAccounts.CreateAsync(context, account, (owner, _) => Task.FromResult(Found(context, team.Value, owner)), ct);
        return user.Succeeded ? new Registration(user.Value, team.Value.TenantId) : user.Error;
    }

    /// <summary>A further team for an account that exists.</summary>
    public async Task<Result<TenantId>> FoundTeamAsync(UserId user, string teamName, CancellationToken ct)
    {
        var team = Tenant.Create(teamName, time.GetUtcNow());
        if (!team.Succeeded)
            return team.Error;
        await using var context = db.ForTenant(team.Value.TenantId);
        Found(context, team.Value, user);
        await context.SaveChangesAsync(ct);
        return team.Value.TenantId;
    }

    /// <summary>The teams of a user, by name.</summary>
    public async Task<IReadOnlyList<TeamOfUser>> FindMembershipsAsync(UserId user, CancellationToken ct)
    {
        await using var reader = across.Open("The teams of a user who signs in");
        return await reader.All<Membership>()
            .Where(membership => membership.UserId == user)
            .Join(reader.All<Tenant>(), m => m.TenantId, t => t.TenantId, (m, t) => new { m.TenantId, t.Name, m.Role })
            .OrderBy(team => team.Name).ThenBy(team => team.TenantId)
            .Select(team => new TeamOfUser(team.TenantId, team.Name, team.Role))
            .ToListAsync(ct);
    }

    /// <summary>Writes a line about the account itself into the trail of one of its teams.</summary>
    public async Task RecordAsync(UserId user, TenantId team, string action, string detail, CancellationToken ct)
    {
        await using var context = db.ForTenant(team);
        context.Record(new AuditAuthor(user), new AuditNote(action, "account", $"{user}", detail), time.GetUtcNow());
        await context.SaveChangesAsync(ct);
    }

    private Result Found(PortalDbContext context, Tenant team, UserId owner)
    {
        context.Tenants.Add(team);
        context.Memberships.Add(Membership.Create(team.TenantId, owner, TeamRole.Owner, time.GetUtcNow()));
        context.Record(new AuditAuthor(owner), new AuditNote(AuditAction.TeamCreate, "team", $"{team.TenantId}", team.Name), time.GetUtcNow());
        return Result.Ok;
    }
}
