using System.Security.Claims;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Account;

/// <summary>Signs a user in to one team: the cookie names the team, so every request is in exactly one.</summary>
public sealed class TeamSignIn(SignInManager<PortalUser> signIn, UserManager<PortalUser> users, Accounts accounts) : IUseCase
{
    /// <summary>One answer for a wrong address and a wrong password: which accounts exist is nobody's to probe.</summary>
    public sealed record WrongCredentials()
        : Error(ErrorKind.Forbidden, "sign-in.wrong", "E-mail and password do not match. Check both and try again.");

    public sealed record LockedOut()
        : Error(ErrorKind.Forbidden, "sign-in.locked", "Too many failed attempts. Wait five minutes, then try again.");

    public sealed record NoTeam()
        : Error(ErrorKind.Forbidden, "sign-in.team", "This account belongs to no team any more. Ask an owner to invite you.");

    /// <summary>Whether anyone has registered: a fresh installation begins with the first team.</summary>
    public Task<bool> AnybodyAsync(CancellationToken ct) => users.Users.AnyAsync(ct);

    public async Task<Result> WithPasswordAsync(string email, string password, CancellationToken ct)
    {
        var user = await users.FindByEmailAsync(email.Trim());
        if (user is null)
            return new WrongCredentials();
        var checkedPassword = await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
        if (checkedPassword.IsLockedOut)
            return new LockedOut();
        if (!checkedPassword.Succeeded)
            return new WrongCredentials();
        var claims = await TeamClaimsAsync(user, team: null, ct);
        if (claims is null)
            return new NoTeam();
        await signIn.SignInWithClaimsAsync(user, isPersistent: true, claims);
        return Result.Ok;
    }

    /// <summary>The claims of the user's place in a team, or in the first of them; null when there is none.</summary>
    public async Task<IReadOnlyList<Claim>?> TeamClaimsAsync(PortalUser user, TenantId? team, CancellationToken ct)
    {
        var memberships = await accounts.FindMembershipsAsync(new UserId(user.Id), ct);
        var membership = team is null ? (memberships is [var first, ..] ? first : null) : memberships.FirstOrDefault(m => m.Tenant == team);
        return membership is null
            ? null
            :
            [
                new Claim(Actor.TeamClaim, membership.Tenant.ToString()),
                new Claim(Actor.TeamNameClaim, membership.Name),
                new Claim(Actor.RoleClaim, membership.Role.ToString()),
            ];
    }
}
