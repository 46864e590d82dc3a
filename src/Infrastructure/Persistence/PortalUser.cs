using FewShotAD.Domain.Tenancy;
using Microsoft.AspNetCore.Identity;

namespace FewShotAD.Infrastructure.Persistence;

/// <summary>An account. It belongs to no team: memberships tie it to teams.</summary>
public sealed class PortalUser : IdentityUser<Guid>, ISharedAcrossTenants
{
    public const int DisplayNameMaxLength = 80;

    public string DisplayName { get; set; } = "";
}
