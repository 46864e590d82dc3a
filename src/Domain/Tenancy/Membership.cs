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

    /// <summary>Older notices are read; null means those from before this person came.</summary>
    public DateTimeOffset? NoticesReadUntil { get; private set; }

    public static Membership Create(TenantId tenant, UserId user, TeamRole role, DateTimeOffset now) =>
        new() { TenantId = tenant, UserId = user, Role = role, Since = now };

    public Result ChangeRole(TeamRole role)
    {
        if (!Enum.IsDefined(role))
            return new UnknownRole();
        if (role == Role)
            return new RoleUnchanged(role);
        Role = role;
        return Result.Ok;
    }

    /// <summary>All notices up to a time are read; one that was read up to a later time stays so.</summary>
    public void ReadNotices(DateTimeOffset until) => NoticesReadUntil = until > (NoticesReadUntil ?? Since) ? until : NoticesReadUntil;
}

public sealed record UnknownRole()
    : Error(ErrorKind.Invalid, "member.role", "A role is one of viewer, reviewer, engineer and owner.");

public sealed record RoleUnchanged(TeamRole Role)
    : Error(ErrorKind.Conflict, "member.role.same", $"This member is {Role} already.");

public sealed record MemberNotFound()
    : Error(ErrorKind.NotFound, "member.missing", "There is no such member in your team.");

public sealed record AlreadyMember(string Team)
    : Error(ErrorKind.Conflict, "member.already", $"This account belongs to “{Team}” already. The invitation stays open for somebody else.");

public sealed record LastOwner()
    : Error(ErrorKind.Conflict, "member.last-owner", "A team keeps at least one owner. Make somebody else an owner first.");
