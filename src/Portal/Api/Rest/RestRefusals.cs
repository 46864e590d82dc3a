using FewShotAD.Domain.Common;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api.Rest;

/// <summary>
/// Under <c>/api</c> a refusal is a status with a problem document; elsewhere it is the way to the sign-in page, but what is for
/// administrators of the platform is not there for anybody else.
/// </summary>
internal sealed class RestRefusals : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler pages = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Forbidden && policy.Requirements.OfType<AdministratorNeeded>().Any())
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (authorizeResult.Succeeded || !context.Request.Path.StartsWithSegments("/api"))
            return pages.HandleAsync(next, context, policy, authorizeResult);
        if (authorizeResult.Challenged)
        {
            context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
            Error missing = ApiKeyAuthentication.IsMeant(context.Request) ? new KeyRefused() : new NotSignedIn();
            return missing.ToProblem(StatusCodes.Status401Unauthorized).ExecuteAsync(context);
        }

        var reason = authorizeResult.AuthorizationFailure?.FailureReasons.OfType<NotPermitted>().FirstOrDefault();
        return (reason?.Error ?? new Refused()).ToProblem().ExecuteAsync(context);
    }
}

public sealed record NotSignedIn()
    : Error(ErrorKind.Forbidden, "auth.missing", "Send an API key as “Authorization: Bearer KEY”, or sign in. An owner makes keys under Team, API keys.");

public sealed record KeyRefused()
    : Error(ErrorKind.Forbidden, "auth.key", "This key is unknown, revoked or expired, or the Authorization header is not “Bearer KEY”. Ask an owner of the team for a key.");

public sealed record Refused() : Error(ErrorKind.Forbidden, "auth.refused", "You may not do this.");
