using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Persistence;

namespace FewShotAD.Infrastructure.Identity;

public sealed record InvalidEmail()
    : Error(ErrorKind.Invalid, "account.email", "This is not an e-mail address. Enter one such as name@company.com.");

public sealed record EmailTaken()
    : Error(ErrorKind.Conflict, "account.email.taken", "There is an account with this e-mail address already. Sign in instead, or use another address.");

public sealed record PasswordTooShort()
    : Error(ErrorKind.Invalid, "account.password", $"A password has at least {Accounts.PasswordMinLength} characters. A few words in a row make a good one.");

public sealed record InvalidDisplayName()
    : Error(ErrorKind.Invalid, "account.name", $"A name has 1 to {PortalUser.DisplayNameMaxLength} characters. Enter the name that your team should see.");

public sealed record AccountRefused(string What)
    : Error(ErrorKind.Invalid, "account.refused", What);
