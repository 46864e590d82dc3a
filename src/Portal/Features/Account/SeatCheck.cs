using System.Security.Claims;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Portal.Languages;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Account;

/// <summary>Holds a principal against the database: who was removed or has another password is nobody, a changed role holds.</summary>
public sealed class SeatCheck(Seats seats, IOptions<IdentityOptions> identity)
{
    /// <returns>The place as it is now; null when the principal has none (any more).</returns>
    public async Task<Seat?> FindAsync(ClaimsPrincipal principal, CancellationToken ct)
    {
        if (Actor.From(principal) is not { } actor)
            return null;
        var seat = await seats.FindAsync(actor.User, actor.Tenant, ct);
        return seat?.SecurityStamp == principal.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType) ? seat : null;
    }

    /// <summary>With every request that brings the cookie. Identity's own check looks every few minutes and knows no teams.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (IsForEverybody(context.HttpContext))
            return;
        var check = context.HttpContext.RequestServices.GetRequiredService<SeatCheck>();
        var principal = context.Principal!;
        var seat = await check.FindAsync(principal, context.HttpContext.RequestAborted);
        if (seat is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
            return;
        }

        if (principal.FindFirstValue(Actor.RoleClaim) == seat.Role.ToString() && principal.FindFirstValue(Actor.TeamNameClaim) == seat.Team)
            return;
        context.ReplacePrincipal(With(principal, seat));
        context.ShouldRenew = true;
    }

    /// <summary>How the portal is, and its files, above all those of the page that says that the database does not answer.</summary>
    private static bool IsForEverybody(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null
        || context.Request.Path.StartsWithSegments("/health") || context.Request.Path.StartsWithSegments(ScriptTextFiles.Root);

    private static ClaimsPrincipal With(ClaimsPrincipal principal, Seat seat)
    {
        var identity = ((ClaimsIdentity)principal.Identity!).Clone();
        foreach (var old in identity.FindAll(claim => claim.Type is Actor.RoleClaim or Actor.TeamNameClaim).ToList())
            identity.RemoveClaim(old);
        identity.AddClaims([new Claim(Actor.RoleClaim, seat.Role.ToString()), new Claim(Actor.TeamNameClaim, seat.Team)]);
        return new ClaimsPrincipal(identity);
    }
}
