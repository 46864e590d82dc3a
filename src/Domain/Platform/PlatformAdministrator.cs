using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Platform;

/// <summary>
/// An account that looks after the installation: its teams, quotas, queue and health. It opens no team: what a team has is seen by
/// its members only, and an administrator who is one sees that team as a member.
/// </summary>
public sealed class PlatformAdministrator : ISharedAcrossTenants
{
    private PlatformAdministrator()
    {
    }

    public UserId UserId { get; private set; }

    public DateTimeOffset Since { get; private set; }

    public static PlatformAdministrator Create(UserId user, DateTimeOffset now) => new() { UserId = user, Since = now };
}

/// <summary>What an administrator's page answers to everybody else: that there is such a page is nobody's to know.</summary>
public sealed record NotAdministrator()
    : Error(ErrorKind.NotFound, "admin.missing", "This page does not exist, or it is not for your account.");

public sealed record NoSuchAccount(string Email)
    : Error(ErrorKind.NotFound, "admin.account", $"There is no account {Email}. Register it first, or make it with the command bootstrap.");

public sealed record AlreadyAdministrator(string Email)
    : Error(ErrorKind.Conflict, "admin.already", $"{Email} is an administrator of the platform already.");

public sealed record NoAdministrator(string Email)
    : Error(ErrorKind.Conflict, "admin.none", $"{Email} is no administrator of the platform.");
