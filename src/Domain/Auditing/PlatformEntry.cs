using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Auditing;

/// <summary>One line of the installation's own trail: what was done to it, and by its administrators. No team can read it.</summary>
public sealed class PlatformEntry : ChainedEntry, ISharedAcrossTenants
{
    private PlatformEntry()
    {
    }

    private PlatformEntry(UserId by, AuditNote note, DateTimeOffset now)
        : base(by, note, now)
    {
    }

    /// <summary>A line to come, of what an administrator does.</summary>
    public static PlatformEntry Stage(UserId by, AuditNote note, DateTimeOffset now) => new(by, note, now);

    /// <summary>A line to come, of what somebody does who has a shell on the machine and no account.</summary>
    public static PlatformEntry Stage(string by, AuditNote note, DateTimeOffset now) => new(default, note, now) { ActorName = by };

    public override string ComputeHash() => AuditHash.Of(this);
}

/// <summary>What can stand in the platform's trail. As with a team's, a word that was in use never changes.</summary>
public static class PlatformAction
{
    public const string AdministratorGrant = "admin.grant";
    public const string AdministratorRevoke = "admin.revoke";
    public const string QuotaChange = "quota.change";
}
