using System.Security.Cryptography;

namespace FewShotAD.Portal;

/// <summary>What a browser is told about every answer: nothing comes from outside, nothing is framed, no script stands in a page.</summary>
public static class SecurityHeaders
{
    private const string NonceKey = "csp-nonce";
    private const int NonceBytes = 16;

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        WriteSecurityHeaders(context);
        return next(context);
    });

    /// <summary>For an answer that takes the place of one that failed: what was written for that one is gone.</summary>
    public static void WriteSecurityHeaders(this HttpContext context)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));
        context.Items[NonceKey] = nonce;
        var headers = context.Response.Headers;
        // blob: is a picture that a person has just chosen, read by the page itself. MudBlazor writes style attributes. The one inline script that may run is Blazor's import map, which is data.
        headers.ContentSecurityPolicy =
            $"default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'nonce-{nonce}'; "
            + "connect-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY"; // for what does not know frame-ancestors
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    }

    /// <summary>The word by which this answer's own inline scripts are known.</summary>
    public static string Nonce(this HttpContext context) => (string?)context.Items[NonceKey] ?? "";
}
