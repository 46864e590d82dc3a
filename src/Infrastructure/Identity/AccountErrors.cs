using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;

namespace FewShotAD.Infrastructure.Identity;

public sealed record InvalidEmail()
    : Error(ErrorKind.Invalid, "account.email", "This is not an e-mail address. Enter one such as name@company.com.");

public sealed record EmailTaken()
    : Error(ErrorKind.Conflict, "account.email.taken", "There is an account with this e-mail address already. Sign in instead, or use another address.");

public sealed record PasswordTooShort()
    : Error(ErrorKind.Invalid, "account.password", $"A password has at least {Accounts.PasswordMinLength} characters. A few words in a row make a good one.");

public sealed record InvalidDisplayName()
    : Error(ErrorKind.Invalid, "account.name", $"A name has 1 to {PortalUser.DisplayNameMaxLength} characters. Enter the name that your team should see.");

public sealed record WrongPassword()
    : Error(ErrorKind.Forbidden, "account.password.wrong", "The present password is not right. Enter it again.");

public sealed record InvalidResetLink()
    : Error(ErrorKind.Invalid, "account.reset", "This link has been used, or it is older than two hours. Ask for a new one.");

public sealed record AccountRefused(string What)
    : Error(ErrorKind.Invalid, "account.refused", What);

/// <summary>What Identity refuses, in our words.</summary>
internal static class AccountErrors
{
    public static Error Of(IdentityResult result)
    {
        var codes = result.Errors.Select(error => error.Code).ToList();
        if (codes.Contains(nameof(IdentityErrorDescriber.DuplicateEmail)) || codes.Contains(nameof(IdentityErrorDescriber.DuplicateUserName)))
            return new EmailTaken();
        if (codes.Contains(nameof(IdentityErrorDescriber.PasswordTooShort)))
            return new PasswordTooShort();
        if (codes.Contains(nameof(IdentityErrorDescriber.PasswordMismatch)))
            return new WrongPassword();
        if (codes.Contains(nameof(IdentityErrorDescriber.InvalidToken)))
            return new InvalidResetLink();
        if (codes.Contains(nameof(IdentityErrorDescriber.InvalidEmail)) || codes.Contains(nameof(IdentityErrorDescriber.InvalidUserName)))
            return new InvalidEmail();
        return new AccountRefused(string.Join(" ", result.Errors.Select(error => error.Description)));
    }
}
