using System.Security.Claims;
using System.Text.Encodings.Web;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api.Rest;

/// <summary><c>Authorization: Bearer TOKEN</c> with a team's API key.</summary>
public sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";

    private const string Bearer = "Bearer ";

    /// <summary>Whether a request brings a key. It is never also tried by its cookie.</summary>
    public static bool IsMeant(HttpRequest request) => request.Path.StartsWithSegments("/api") && request.Headers.ContainsKey(HeaderNames.Authorization);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.Fail("The Authorization header is no Bearer token.");
        var key = await keys.FindAsync(header[Bearer.Length..].Trim(), Context.RequestAborted);
        if (key is null)
            return AuthenticateResult.Fail("The key is unknown, revoked or expired.");
        Context.Features.Set(key);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(Actor.IdentityOf(key, SchemeName)), SchemeName));
    }
}
