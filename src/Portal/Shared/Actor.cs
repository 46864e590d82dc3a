using System.Security.Claims;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Portal.Shared;

/// <summary>Who acts, in which team, with which role. Every use case takes it first: there is no ambient user.</summary>
public sealed record Actor(TenantId Tenant, UserId User, TeamRole Role)
{
    public const string TeamClaim = "fewshotad:team";
    public const string TeamNameClaim = "fewshotad:team-name";
    public const string RoleClaim = "fewshotad:role";

    /// <summary>Fails unless the role includes <paramref name="least"/>.</summary>
    public Result Require(TeamRole least) => Role >= least ? Result.Ok : new RoleTooLow(least, Role);

    /// <summary>The actor of a signed-in principal, null for a visitor.</summary>
    public static Actor? From(ClaimsPrincipal principal)
    {
        if (principal.Identity?.IsAuthenticated != true
            || !Guid.TryParse(principal.FindFirstValue(TeamClaim), out var tenant)
            || !Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var user)
            || !Enum.TryParse<TeamRole>(principal.FindFirstValue(RoleClaim), out var role))
            return null;
        return new Actor(new TenantId(tenant), new UserId(user), role);
    }
}

public sealed record RoleTooLow(TeamRole Needed, TeamRole Role)
    : Error(ErrorKind.Forbidden, "role.low", $"This needs the role {Needed}; yours is {Role}. Ask an owner of your team.");
