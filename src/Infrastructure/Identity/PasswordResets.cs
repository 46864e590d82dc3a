using System.Buffers.Text;
using System.Text;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Mail;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;

namespace FewShotAD.Infrastructure.Identity;

/// <summary>
/// New passwords for people who forgot theirs: by a mail to their address, or, where no mail is sent, by a link that an owner of
/// their team passes on.
/// </summary>
public sealed class PasswordResets(UserManager<PortalUser> users, Accounts accounts, Administrators administrators, MailOutbox mail)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(2);

    /// <summary>Sends a link if there is such an account. The caller learns nothing either way.</summary>
    /// <param name="text">Of the mail, with the link in it.</param>
    public async Task AskAsync(string email, string subject, Func<Uri, string> text)
    {
        if (await users.FindByEmailAsync(email.Trim()) is not { Email: { } address } user)
            return;
        var link = mail.Link(PathFor(user, team: null, await users.GeneratePasswordResetTokenAsync(user)));
        mail.Send(new Mail.Mail(address, subject, text(link)));
    }

    /// <summary>
    /// A link that an owner passes on. Whoever has it can take the account over, so it is for accounts of this team alone: of an
    /// account that is in other teams too, or administers the platform, the owner would get what is not the team's.
    /// </summary>
    public async Task<Result<string>> LinkForOwnerAsync(UserId member, TenantId team, CancellationToken ct)
    {
        if (mail.IsConfigured)
            return new ResetByMail();
        if (await users.FindByIdAsync($"{member.Value}") is not { } user)
            return new InvalidResetLink();
        if (await RefusalAsync(member, team, ct) is { } refusal)
            return refusal;
        return PathFor(user, team, await users.GenerateUserTokenAsync(user, TokenOptions.DefaultProvider, PurposeOf(team)));
    }

    /// <param name="team">The team of an owner's link; null for one that came by mail.</param>
    public async Task<Result> ResetAsync(UserId id, TenantId? team, string token, string password, CancellationToken ct)
    {
        if (await users.FindByIdAsync($"{id.Value}") is not { } user || Decode(token) is not { } secret)
            return new InvalidResetLink();
        if (team is { } owners)
        {
            if (!await users.VerifyUserTokenAsync(user, TokenOptions.DefaultProvider, PurposeOf(owners), secret))
                return new InvalidResetLink();
            // Looked at again: the account may have joined another team, or been given the platform, since the link was made.
            if (await RefusalAsync(id, owners, ct) is { } refusal)
                return refusal;
            secret = await users.GeneratePasswordResetTokenAsync(user);
        }

        // The stamp changes with the password: the link is used up, and whoever is signed in is out.
        var reset = await users.ResetPasswordAsync(user, secret, password);
        if (!reset.Succeeded)
            return AccountErrors.Of(reset);
        await users.SetLockoutEndDateAsync(user, null);
        // Who opened the mail has shown that the address is theirs.
        if (team is null && !user.EmailConfirmed)
        {
            user.EmailConfirmed = true;
            await users.UpdateAsync(user);
        }

        foreach (var membership in await accounts.FindMembershipsAsync(id, ct))
            await accounts.RecordAsync(id, membership.Tenant, AuditAction.ResetPassword, team is null ? "By a mailed link" : "By an owner's link", ct);
        return Result.Ok;
    }

    private static string PurposeOf(TenantId team) => $"OwnersReset:{team}";

    private static string PathFor(PortalUser user, TenantId? team, string token) =>
        $"reset-password?user={user.Id:N}{(team is { } owners ? $"&team={owners}" : "")}&token={Base64Url.EncodeToString(Encoding.UTF8.GetBytes(token))}";

    private static string? Decode(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Why an owner of the team may not set the account's password: whoever sets it gets all that the account may do.</summary>
    private async Task<Error?> RefusalAsync(UserId user, TenantId team, CancellationToken ct)
    {
        if (await administrators.IsAsync(user, ct))
            return new MemberOfThePlatform();
        return await accounts.FindMembershipsAsync(user, ct) is [var only] && only.Tenant == team ? null : new MemberOfOtherTeams();
    }
}

public sealed record ResetByMail()
    : Error(ErrorKind.Conflict, "member.reset.mail", "This portal sends mail: the member asks for a new password with “Forgot your password?” on the sign-in page.");

public sealed record MemberOfOtherTeams()
    : Error(ErrorKind.Forbidden, "member.reset.teams", "This account belongs to other teams too, and whoever sets its password acts in them as well. Only the administrator of the installation can help: with mail configured, the person resets the password alone.");

public sealed record MemberOfThePlatform()
    : Error(ErrorKind.Forbidden, "member.reset.platform", "This account may do more than your team allows, so its password is not yours to set. Ask whoever runs this installation.");
