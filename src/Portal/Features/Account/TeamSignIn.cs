using System.Security.Claims;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Account;

/// <summary>Signs a user in to one team: the cookie names the team, so every request is in exactly one.</summary>
public sealed class TeamSignIn(
    SignInManager<PortalUser> signIn, UserManager<PortalUser> users, IPasswordHasher<PortalUser> hasher, Accounts accounts, Attempts attempts) : IUseCase
{
    private const string Attempt = "wrong password";

    private static readonly PortalUser Nobody = new();
    private static readonly Lazy<string> NobodysPassword = new(() => new PasswordHasher<PortalUser>().HashPassword(Nobody, "a password of nobody"));

    /// <summary>One answer for a wrong address and a wrong password: which accounts exist is nobody's to probe.</summary>
    public sealed record WrongCredentials()
        : Error(ErrorKind.Forbidden, "sign-in.wrong", "E-mail and password do not match. Check both and try again.");

    public sealed record LockedOut()
        : Error(ErrorKind.Forbidden, "sign-in.locked", "Too many failed attempts. Wait five minutes, then try again.");

    public sealed record NoTeam()
        : Error(ErrorKind.Forbidden, "sign-in.team", "This account belongs to no team any more. Ask an owner to invite you.");

    /// <summary>Whether anyone has registered: a fresh installation begins with the first team.</summary>
    public Task<bool> AnybodyAsync(CancellationToken ct) => users.Users.AnyAsync(ct);

    /// <param name="team">Null for the first of the user's teams.</param>
    public async Task<Result> WithPasswordAsync(string email, string password, CancellationToken ct, TenantId? team = null)
    {
        var user = await CheckPasswordAsync(email, password, ct);
        return user.Succeeded ? await EnterAsync(user.Value, team, AuditAction.SignIn, ct) : user.Error;
    }

    /// <summary>Another team of somebody who is signed in.</summary>
    public async Task<Result> SwitchAsync(UserId id, TenantId team, CancellationToken ct) =>
        await users.FindByIdAsync($"{id.Value}") is { } user ? await EnterAsync(user, team, AuditAction.SwitchTeam, ct) : new NoTeam();

    /// <summary>The account behind an address and a password, signed in to nothing yet.</summary>
    public async Task<Result<PortalUser>> CheckPasswordAsync(string email, string password, CancellationToken ct)
    {
        var allowed = attempts.AllowNetwork(Attempt, attempts.SignIn);
        if (!allowed.Succeeded)
            return allowed.Error;
        var proof = await ProveAsync(email, password, ct);
        if (!proof.Succeeded)
            attempts.CountNetwork(Attempt, attempts.SignIn);
        return proof;
    }

    private async Task<Result<PortalUser>> ProveAsync(string email, string password, CancellationToken ct)
    {
        var user = await users.FindByEmailAsync(email.Trim());
        if (user is null)
        {
            // As much work, and in the end the same lock, as for an account: neither time nor answer tells that there is none.
            hasher.VerifyHashedPassword(Nobody, NobodysPassword.Value, password);
            return attempts.IsUnknownLocked(email, users.Options.Lockout.MaxFailedAccessAttempts) ? new LockedOut() : new WrongCredentials();
        }

        var wasLocked = await users.IsLockedOutAsync(user);
        if (wasLocked)
            hasher.VerifyHashedPassword(Nobody, NobodysPassword.Value, password);
        var checkedPassword = await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
        if (checkedPassword.Succeeded)
            return user;
        // While an account is locked nothing is tried, so nothing is written: a stranger cannot fill the trails of its teams.
        if (!wasLocked)
            await RecordFailureAsync(user, checkedPassword.IsLockedOut, ct);
        return checkedPassword.IsLockedOut ? new LockedOut() : new WrongCredentials();
    }

    /// <summary>Writes the cookie for one team of an account whose proof has been seen.</summary>
    /// <param name="action">What the audit trail calls it.</param>
    /// <param name="detail">What it says beside.</param>
    public async Task<Result> EnterAsync(PortalUser user, TenantId? team, string action, CancellationToken ct, string detail = "")
    {
        var memberships = await accounts.FindMembershipsAsync(new UserId(user.Id), ct);
        var membership = team is null ? (memberships is [var first, ..] ? first : null) : memberships.FirstOrDefault(m => m.Tenant == team);
        if (membership is null)
            return new NoTeam();
        await signIn.SignInWithClaimsAsync(
            user,
            isPersistent: true,
            [
                new Claim(Actor.TeamClaim, membership.Tenant.ToString()),
                new Claim(Actor.TeamNameClaim, membership.Name),
                new Claim(Actor.RoleClaim, membership.Role.ToString()),
            ]);
        await accounts.RecordAsync(new UserId(user.Id), membership.Tenant, action, detail, ct);
        return Result.Ok;
    }

    private async Task RecordFailureAsync(PortalUser user, bool locked, CancellationToken ct)
    {
        var id = new UserId(user.Id);
        foreach (var team in await accounts.FindMembershipsAsync(id, ct))
            await accounts.RecordAsync(id, team.Tenant, AuditAction.SignInFailed, locked ? "Wrong password; locked for five minutes" : "Wrong password", ct);
    }
}
