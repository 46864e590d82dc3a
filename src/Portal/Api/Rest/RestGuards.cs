using FewShotAD.Domain.Common;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;

namespace FewShotAD.Portal.Api.Rest;

/// <summary>Around every request to <c>/api</c>: no answer with an empty error, no write in the name of a cookie from another site.</summary>
public static class RestGuards
{
    public const string TokenHeader = "X-CSRF-TOKEN";

    /// <summary>Place it before authentication: it sees every answer.</summary>
    public static void UseProblemBodies(this WebApplication app) => app.Use(async (context, next) =>
    {
        await next(context);
        if (!context.Request.Path.StartsWithSegments("/api") || context.Response.HasStarted || context.Response is not { StatusCode: >= 400, ContentType: null })
            return;
        await new UnhandledStatus(context.Response.StatusCode).ToProblem(context.Response.StatusCode).ExecuteAsync(context);
    });

    /// <summary>Place it after authorization.</summary>
    public static void UseCrossSiteGuard(this WebApplication app) => app.Use(async (context, next) =>
    {
        // A browser adds a cookie by itself, a key never.
        var byCookie = context.Request.Path.StartsWithSegments("/api") && context.User.Identity is { IsAuthenticated: true, AuthenticationType: not ApiKeyAuthentication.SchemeName };
        if (byCookie && !IsSafe(context.Request.Method) && !await HasTokenAsync(context))
            await new StaleForm().ToProblem().ExecuteAsync(context);
        else
            await next(context);
    });

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    /// <summary>In the header only: looked for in a form, it would have the whole upload read first.</summary>
    private static async Task<bool> HasTokenAsync(HttpContext context) =>
        context.Request.Headers.ContainsKey(TokenHeader)
        && await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);

    private sealed record StaleForm()
        : Error(ErrorKind.Invalid, "request.token", $"A request in the name of a cookie needs the header {TokenHeader}: the page may be out of date, reload it. A program sends an API key instead.");

    private sealed record UnhandledStatus(int Status) : Error(ErrorKind.Invalid, $"http.{Status}", Status switch
    {
        StatusCodes.Status404NotFound => "There is nothing at this address. /api/v1/openapi.json lists what there is.",
        StatusCodes.Status405MethodNotAllowed => "This address does not take this method. The header Allow names those that it takes.",
        StatusCodes.Status413PayloadTooLarge => "The request is larger than this address takes. Send less at once.",
        StatusCodes.Status415UnsupportedMediaType => "This address does not take this Content-Type. /api/v1/openapi.json says which one it takes.",
        _ => "The request could not be answered. If it is right by /api/v1/openapi.json, tell the administrator.",
    });
}

/// <summary>A request that cannot be read (a word where a number belongs, JSON that ends early) is its sender's to mend.</summary>
internal sealed class BadRequests : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException bad)
            return false;
        if (!httpContext.Request.Path.StartsWithSegments("/api"))
        {
            httpContext.Response.StatusCode = bad.StatusCode; // a form without its token: nobody reads the answer
            return true;
        }

        var why = bad.InnerException is System.Text.Json.JsonException json ? $"{bad.Message} {json.Message}" : bad.Message;
        await new Unreadable(why).ToProblem(bad.StatusCode).ExecuteAsync(httpContext);
        return true;
    }

    private sealed record Unreadable(string Why) : Error(ErrorKind.Invalid, "request.unreadable", Why);
}
