using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Tenancy;

/// <summary>A team: the boundary that nothing crosses.</summary>
public sealed class Tenant : ITenantOwned
{
    public const int NameMaxLength = 80;
    public const int TimeZoneMaxLength = 64;
    public const string DefaultTimeZone = "UTC";

    private Tenant() => Name = "";

    public TenantId TenantId { get; private set; }

    public string Name { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>IANA name: in it the team's schedules are due.</summary>
    public string TimeZone { get; private set; } = DefaultTimeZone;

    /// <summary>
    /// Changes with every role and every member that goes. Two owners who demote each other at once write different rows; this
    /// one they both write, so the second looks again.
    /// </summary>
    public int RosterVersion { get; private set; }

    public static Result<Tenant> Create(string? name, DateTimeOffset now)
    {
        var team = new Tenant { TenantId = new TenantId(Guid.CreateVersion7(now)), CreatedAt = now };
        var renamed = team.Rename(name);
        return renamed.Succeeded ? team : renamed.Error;
    }

    public Result Rename(string? name)
    {
        var trimmed = name?.Trim() ?? "";
        if (trimmed.Length is 0 or > NameMaxLength)
            return new InvalidTeamName();
        Name = trimmed;
        return Result.Ok;
    }

    public Result ChangeTimeZone(string? name)
    {
        if (name is not { Length: <= TimeZoneMaxLength } || Scheduling.CronClock.FindZone(name) is null)
            return new Scheduling.InvalidTimeZone();
        TimeZone = name;
        return Result.Ok;
    }

    public void RosterChanges() => RosterVersion++;
}

public sealed record InvalidTeamName()
    : Error(ErrorKind.Invalid, "team.name", $"A team name has 1 to {Tenant.NameMaxLength} characters. Enter another name.");
