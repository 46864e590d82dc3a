using System.Globalization;
using System.Security.Claims;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Portal.Shared;

/// <summary>
/// Who acts, in which team, and what that one may do: a person by the role in the team, a program by the scopes of its key. Every
/// use case takes it first: there is no ambient user.
/// </summary>
/// <param name="User">For a key the person who made it.</param>
/// <param name="Role">Of the person; a key's permissions come from <paramref name="Key"/> alone.</param>
public sealed record Actor(TenantId Tenant, UserId User, TeamRole Role, ActingKey? Key = null)
{
    public const string TeamClaim = "fewshotad:team";
    public const string TeamNameClaim = "fewshotad:team-name";
    public const string RoleClaim = "fewshotad:role";
    public const string KeyClaim = "fewshotad:key";
    public const string ScopesClaim = "fewshotad:scopes";

    /// <summary>Fails unless the role or the key has <paramref name="permissions"/>.</summary>
    public Result Require(TeamPermissions permissions)
    {
        if (Key is { } key)
            return key.Scopes.HasFlag(permissions) ? Result.Ok : new ScopeMissing(permissions, key.Scopes);
        return Role.Permissions().HasFlag(permissions) ? Result.Ok : new RoleTooLow(permissions.LeastRole(), Role);
    }

    /// <summary>The actor of a signed-in principal, null for a visitor.</summary>
    public static Actor? From(ClaimsPrincipal principal)
    {
        if (principal.Identity?.IsAuthenticated != true
            || !Guid.TryParse(principal.FindFirstValue(TeamClaim), out var tenant)
            || !Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var user))
            return null;
        var (team, person) = (new TenantId(tenant), new UserId(user));
        if (Guid.TryParse(principal.FindFirstValue(KeyClaim), out var key))
        {
            return Enum.TryParse<TeamPermissions>(principal.FindFirstValue(ScopesClaim), out var scopes)
                ? new Actor(team, person, TeamRole.Viewer, new ActingKey(new ApiKeyId(key), scopes))
                : null;
        }

        return Enum.TryParse<TeamRole>(principal.FindFirstValue(RoleClaim), out var role) ? new Actor(team, person, role) : null;
    }

    /// <summary>For REST: an endpoint takes its caller as a parameter. Authorization has let nobody else so far.</summary>
    public static ValueTask<Actor> BindAsync(HttpContext context) => ValueTask.FromResult(
        From(context.User) ?? throw new InvalidOperationException("An endpoint that takes an actor must need a permission."));

    /// <summary>The claims of a request that came with a key.</summary>
    public static ClaimsIdentity IdentityOf(ApiKey key, string scheme) => new(
        [
            new Claim(TeamClaim, key.TenantId.ToString()),
            new Claim(ClaimTypes.NameIdentifier, key.CreatedBy.ToString()),
            new Claim(KeyClaim, key.Id.ToString()),
            new Claim(ScopesClaim, ((int)key.Scopes).ToString(CultureInfo.InvariantCulture)),
        ],
        scheme);
}

/// <summary>The key that a program acts with.</summary>
public sealed record ActingKey(ApiKeyId Id, TeamPermissions Scopes);

public sealed record RoleTooLow(TeamRole Needed, TeamRole Role)
    : Error(ErrorKind.Forbidden, "role.low", $"This needs the role {Needed}; yours is {Role}. Ask an owner of your team.");

public sealed record ScopeMissing(TeamPermissions Needed, TeamPermissions Scopes)
    : Error(ErrorKind.Forbidden, "key.scope",
        Needed == TeamPermissions.Manage
            ? "No API key may do this: an owner of the team does it in the portal."
            : $"This needs a key with the scope {Needed.InWords()}; this key has {Scopes.InWords()}. Make another key.");
