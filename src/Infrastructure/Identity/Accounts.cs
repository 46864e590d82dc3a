using System.ComponentModel.DataAnnotations;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Infrastructure.Identity;

/// <summary>A new account with the team that it owns.</summary>
public sealed record Registration(UserId User, TenantId Tenant);

/// <summary>A team that a user may sign in to.</summary>
public sealed record TeamOfUser(TenantId Tenant, string Name, TeamRole Role);

/// <summary>What people do with accounts before they act in a team.</summary>
public sealed class Accounts(PortalDb db, CrossTenantDb across, IServiceProvider services, IdentityErrorDescriber describer, TimeProvider time)
{
    public const int PasswordMinLength = 10;

    /// <summary>Makes an account and a team owned by it, both or neither.</summary>
    public async Task<Result<Registration>> RegisterAsync(
        string email, string password, string displayName, string teamName, CancellationToken ct)
    {
        var address = email?.Trim() ?? "";
        if (!new EmailAddressAttribute().IsValid(address))
            return new InvalidEmail();
        var name = displayName?.Trim() ?? "";
        if (name.Length is 0 or > PortalUser.DisplayNameMaxLength)
            return new InvalidDisplayName();
        var team = Tenant.Create(teamName, time.GetUtcNow());
        if (!team.Succeeded)
            return team.Error;

        await using var context = db.ForTenant(team.Value.TenantId);
        await using var transaction = await context.Database.BeginTransactionAsync(ct);
        var user = new PortalUser { Id = Guid.CreateVersion7(time.GetUtcNow()), UserName = address, Email = address, DisplayName = name };
        try
        {
            // A manager over this very context, so that account, team and membership share the transaction.
            using var store = new PortalUserStore(context, describer);
            using var users = ActivatorUtilities.CreateInstance<UserManager<PortalUser>>(services, store);
            var created = await users.CreateAsync(user, password ?? "");
            if (!created.Succeeded)
                return ErrorOf(created);
            context.Tenants.Add(team.Value);
            context.Memberships.Add(Membership.Create(team.Value.TenantId, new UserId(user.Id), TeamRole.Owner, time.GetUtcNow()));
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Two registrations of one address at once: the unique index lets one through. Anything else is a real fault.
            await transaction.RollbackAsync(ct);
            context.ChangeTracker.Clear();
            if (await context.Users.AnyAsync(other => other.NormalizedUserName == user.NormalizedUserName, ct))
                return new EmailTaken();
            throw;
        }

        return new Registration(new UserId(user.Id), team.Value.TenantId);
    }

    /// <summary>The teams of a user, by name.</summary>
    public async Task<IReadOnlyList<TeamOfUser>> FindMembershipsAsync(UserId user, CancellationToken ct)
    {
        await using var reader = across.Open("The teams of a user who signs in");
        return await reader.All<Membership>()
            .Where(membership => membership.UserId == user)
            .Join(reader.All<Tenant>(), m => m.TenantId, t => t.TenantId, (m, t) => new { m.TenantId, t.Name, m.Role })
            .OrderBy(team => team.Name)
            .Select(team => new TeamOfUser(team.TenantId, team.Name, team.Role))
            .ToListAsync(ct);
    }

    private static Error ErrorOf(IdentityResult result)
    {
        var codes = result.Errors.Select(error => error.Code).ToList();
        if (codes.Contains(nameof(IdentityErrorDescriber.DuplicateEmail)) || codes.Contains(nameof(IdentityErrorDescriber.DuplicateUserName)))
            return new EmailTaken();
        if (codes.Contains(nameof(IdentityErrorDescriber.PasswordTooShort)))
            return new PasswordTooShort();
        if (codes.Contains(nameof(IdentityErrorDescriber.InvalidEmail)) || codes.Contains(nameof(IdentityErrorDescriber.InvalidUserName)))
            return new InvalidEmail();
        return new AccountRefused(string.Join(" ", result.Errors.Select(error => error.Description)));
    }
}
