using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Tenancy;

/// <summary>A team: the boundary that nothing crosses.</summary>
public sealed class Tenant : ITenantOwned
{
    public const int NameMaxLength = 80;

    private Tenant() => Name = "";

    public TenantId TenantId { get; private set; }

    public string Name { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public static Result<Tenant> Create(string? name, DateTimeOffset now)
    {
        var trimmed = name?.Trim() ?? "";
        if (trimmed.Length is 0 or > NameMaxLength)
            return new InvalidTeamName();
        return new Tenant { TenantId = new TenantId(Guid.CreateVersion7(now)), Name = trimmed, CreatedAt = now };
    }
}

public sealed record InvalidTeamName()
    : Error(ErrorKind.Invalid, "team.name", $"A team name has 1 to {Tenant.NameMaxLength} characters. Enter another name.");
