using System.Globalization;
using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Portal.Languages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Localization;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Shared;

/// <summary>
/// A page that is asked for during an outage: told in the house's words, and loaded by itself when it is over. It is drawn apart from everything else,
/// since the usual page of faults asks who is signed in, and so the database.
/// </summary>
internal sealed class OutagePages(InstalledLanguages languages, ScriptTextFiles scripts, ILoggerFactory loggers) : IExceptionHandler
{
    /// <summary>Seconds after which a look is worth while.</summary>
    public const string RetryAfter = "10";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var wantsPage = WantsPage(httpContext.Request);
        // A program gets its problem document.
        if (Outage.Of(exception) is not { } kind || (httpContext.Request.Path.StartsWithSegments("/api") && !wantsPage))
            return false;
        var response = httpContext.Response;
        response.StatusCode = kind == OutageKind.Disk ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status503ServiceUnavailable;
        response.Headers[HeaderNames.RetryAfter] = RetryAfter;
        response.Headers[HeaderNames.CacheControl] = "no-store";
        // A picture, a script or the circuit: whoever asked knows what to make of the number.
        if (!wantsPage)
            return true;
        httpContext.WriteSecurityHeaders();
        response.ContentType = "text/html; charset=utf-8";
        await response.WriteAsync(await DrawAsync(httpContext, kind), cancellationToken);
        return true;
    }

    /// <summary>A browser that opens an address, whichever; programs want no HTML.</summary>
    public static bool WantsPage(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private async Task<string> DrawAsync(HttpContext context, OutageKind kind)
    {
        // What the request had found out about the language ended with it.
        CultureInfo.CurrentUICulture = context.Features.Get<IRequestCultureFeature>()?.RequestCulture.UICulture ?? InstalledLanguages.Neutral;
        await using var renderer = new HtmlRenderer(context.RequestServices, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var page = await renderer.RenderComponentAsync<OutagePage>(ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                [nameof(OutagePage.Kind)] = kind,
                [nameof(OutagePage.WasSent)] = !HttpMethods.IsGet(context.Request.Method),
                [nameof(OutagePage.Theme)] = context.Request.Cookies["theme"] is ("dark" or "light") and var theme ? theme : null,
                [nameof(OutagePage.Language)] = languages.Current().Name,
                [nameof(OutagePage.Texts)] = scripts.Address(),
            }));
            return page.ToHtmlString();
        });
    }
}
