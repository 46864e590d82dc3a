using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Tenancy;

/// <summary>Roles in a team, each including what the ones before it may do.</summary>
public enum TeamRole
{
    Viewer = 0,
    Reviewer = 1,
    Engineer = 2,
    Owner = 3,
}

/// <summary>A user's place in one team.</summary>
public sealed class Membership : ITenantOwned
{
    private Membership()
    {
    }

    public TenantId TenantId { get; private set; }

    public UserId UserId { get; private set; }

    public TeamRole Role { get; private set; }

    public DateTimeOffset Since { get; private set; }

    public static Membership Create(TenantId tenant, UserId user, TeamRole role, DateTimeOffset now) =>
        new() { TenantId = tenant, UserId = user, Role = role, Since = now };
}
