using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace FewShotAD.Portal.Features.Account.External;

/// <summary>Who somebody is at the provider.</summary>
public sealed record ExternalPerson(string Issuer, string Subject, string? Email, bool IsVerified, string? Name)
{
    public const string VerifiedClaim = "email_verified";

    internal const string IssuerItem = "fewshotad:issuer";

    /// <summary>As the account keeps it: the address is for the person's eyes, issuer and subject are what counts.</summary>
    public UserLoginInfo Login => new(Issuer, Subject, Email ?? Subject);

    /// <returns>Null when the ticket is not one that the provider's answer led to.</returns>
    public static ExternalPerson? From(AuthenticateResult ticket)
    {
        if (ticket is not { Succeeded: true, Principal: { } principal, Properties: { } properties }
            || properties.Items.TryGetValue(IssuerItem, out var issuer) is false || string.IsNullOrEmpty(issuer)
            || principal.FindFirstValue("sub") is not { Length: > 0 } subject)
            return null;
        var email = principal.FindFirstValue("email")?.Trim();
        return new ExternalPerson(
            issuer,
            subject,
            string.IsNullOrEmpty(email) ? null : email,
            string.Equals(principal.FindFirstValue(VerifiedClaim), "true", StringComparison.OrdinalIgnoreCase),
            principal.FindFirstValue("name")?.Trim());
    }
}

/// <summary>What a person wanted when they went to the provider. It travels sealed in the state, so nobody on the way changes it.</summary>
/// <param name="Invitation">The token of an invitation to use.</param>
/// <param name="LinkTo">The account to link; null for signing in.</param>
public sealed record ExternalIntent(string ReturnUrl, string? Invitation, Guid? LinkTo)
{
    private const string ReturnItem = "fewshotad:return";
    private const string InvitationItem = "fewshotad:invitation";
    private const string LinkItem = "fewshotad:link";

    public AuthenticationProperties ToProperties()
    {
        var properties = new AuthenticationProperties { RedirectUri = ExternalDonePage.Path };
        properties.Items[ReturnItem] = ReturnUrl;
        if (Invitation is not null)
            properties.Items[InvitationItem] = Invitation;
        if (LinkTo is { } user)
            properties.Items[LinkItem] = $"{user}";
        return properties;
    }

    public static ExternalIntent From(AuthenticationProperties properties) => new(
        LocalUrl.Or(properties.Items.TryGetValue(ReturnItem, out var url) ? url : null, "/"),
        properties.Items.TryGetValue(InvitationItem, out var token) ? token : null,
        properties.Items.TryGetValue(LinkItem, out var user) && Guid.TryParse(user, out var id) ? id : null);
}
