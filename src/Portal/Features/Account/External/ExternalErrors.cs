using FewShotAD.Domain.Common;

namespace FewShotAD.Portal.Features.Account.External;

public sealed record ExternalAddressMissing(string Provider)
    : Error(ErrorKind.Forbidden, "external.address", $"{Provider} did not say your e-mail address. Your administrator can let it be sent (scope “email”).");

public sealed record ExternalDomainRefused(string Provider)
    : Error(ErrorKind.Forbidden, "external.domain", $"This portal lets in verified addresses of certain domains only, and the one from {Provider} is none of them. Use another account, or ask your administrator.");

public sealed record ExternalAddressUnverified(string Provider)
    : Error(ErrorKind.Conflict, "external.unverified",
        $"There is an account with this address already, and {Provider} does not vouch that the address is yours. Sign in with your password, then link {Provider} on the page of your account.");

public sealed record ExternalInvitationNeeded(string Provider)
    : Error(ErrorKind.Forbidden, "external.invitation", $"You have no account here yet. Ask an owner of a team to invite you, open the link of the invitation, and continue with {Provider} there.");

public sealed record ExternalLinkedElsewhere(string Provider)
    : Error(ErrorKind.Conflict, "external.linked", $"This {Provider} is linked with another account here. Sign in to that one and unlink it first.");

public sealed record ExternalOtherPerson()
    : Error(ErrorKind.Conflict, "external.person", "You are not signed in as the one who began to link. Begin again on the page of your account.");
