using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;

namespace FewShotAD.Infrastructure.Identity;

/// <summary>What people change of their own accounts.</summary>
public sealed class OwnAccount(UserManager<PortalUser> users, Accounts accounts)
{
    /// <param name="team">Where the change is written into the trail.</param>
    public async Task<Result> RenameAsync(UserId id, TenantId team, string? name, CancellationToken ct)
    {
        var trimmed = name?.Trim() ?? "";
        if (trimmed.Length is 0 or > PortalUser.DisplayNameMaxLength)
            return new InvalidDisplayName();
        var user = await FindAsync(id);
        user.DisplayName = trimmed;
        var updated = await users.UpdateAsync(user);
        if (!updated.Succeeded)
            return AccountErrors.Of(updated);
        await accounts.RecordAsync(id, team, AuditAction.ChangeName, trimmed, ct);
        return Result.Ok;
    }

    /// <summary>Ends everybody's sign-in with the old one: the caller's cookie is written anew by the caller.</summary>
    public async Task<Result> ChangePasswordAsync(UserId id, string old, string password)
    {
        var changed = await users.ChangePasswordAsync(await FindAsync(id), old, password);
        return changed.Succeeded ? Result.Ok : AccountErrors.Of(changed);
    }

    /// <summary>The ways in beside the password: what people call them, and whether one may go.</summary>
    public async Task<OwnLogins> LoginsAsync(UserId id)
    {
        var user = await FindAsync(id);
        return new OwnLogins(await users.HasPasswordAsync(user), [.. await users.GetLoginsAsync(user)]);
    }

    /// <summary>
    /// Takes away every way in but the password; whoever has none keeps the other. It ends everybody's sign-in: the caller's cookie is
    /// written anew by the caller.
    /// </summary>
    public async Task<Result> UnlinkAsync(UserId id)
    {
        var user = await FindAsync(id);
        if (!await users.HasPasswordAsync(user))
            return new LastWayIn();
        foreach (var login in await users.GetLoginsAsync(user))
        {
            var removed = await users.RemoveLoginAsync(user, login.LoginProvider, login.ProviderKey);
            if (!removed.Succeeded)
                return AccountErrors.Of(removed);
        }

        return Result.Ok;
    }

    private async Task<PortalUser> FindAsync(UserId id) =>
        await users.FindByIdAsync($"{id.Value}") ?? throw new InvalidOperationException("Somebody who is signed in has no account.");
}

public sealed record OwnLogins(bool HasPassword, IReadOnlyList<UserLoginInfo> Others);

public sealed record LastWayIn()
    : Error(ErrorKind.Conflict, "account.login.last", "Without a password this is your only way in. Choose a password first: with “Forgot your password?” on the sign-in page, or by a link from an owner of your team.");
