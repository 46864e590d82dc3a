using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Identity;

/// <summary>A user's place in a team. The stamp changes with the account's password, and ends what was signed in before.</summary>
public sealed record Seat(string Team, TeamRole Role, string? SecurityStamp);

/// <summary>
/// Whether somebody still has the place that a cookie or a circuit claims. Asked anew with every request, without a cache: it
/// is one look by keys, and who was removed is out everywhere at once, on other nodes too.
/// </summary>
public sealed class Seats(PortalDb db)
{
    /// <returns>Null when the user is not, or no longer, of the team.</returns>
    public async Task<Seat?> FindAsync(UserId user, TenantId team, CancellationToken ct)
    {
        await using var context = db.ForTenant(team);
        var seats = from membership in context.Memberships.AsNoTracking()
                    from tenant in context.Tenants
                    from account in context.Users
                    where membership.UserId == user && account.Id == user.Value
                    select new Seat(tenant.Name, membership.Role, account.SecurityStamp);
        return await seats.FirstOrDefaultAsync(ct);
    }
}
