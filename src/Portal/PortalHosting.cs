using FewShotAD.Infrastructure;
using FewShotAD.Portal.Api.Rest;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.FileProviders;
using Serilog;

namespace FewShotAD.Portal;

/// <summary>Everything around the pages: logs, keys, temporary files, headers, files beside the program.</summary>
public static class PortalHosting
{
    public static IServiceCollection AddPortalHosting(this IServiceCollection services, WebApplicationBuilder builder)
    {
        var data = Path.GetFullPath(
            builder.Configuration[nameof(InfrastructureOptions.DataDirectory)] ?? new InfrastructureOptions().DataDirectory,
            builder.Environment.ContentRootPath);
        var temporary = Directory.CreateDirectory(Path.Combine(data, "tmp")).FullName;
        // Large uploads are buffered in this folder: all that the portal writes lies below DataDirectory.
        Environment.SetEnvironmentVariable("ASPNETCORE_TEMP", temporary);
        services.AddDataProtection()
            .SetApplicationName("FewShotAD")
            .PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(data, "keys")));
        services.AddSerilog(log => log.ReadFrom.Configuration(builder.Configuration));
        services.AddHttpContextAccessor();
        services.AddSingleton(TimeProvider.System);
        services.AddAntiforgery(options => options.HeaderName = RestGuards.TokenHeader);
        services.AddProblemDetails();
        return services;
    }

    public static void UsePortalHosting(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
            app.UseWhen(context => context.Request.Path.StartsWithSegments("/api"), api => api.UseExceptionHandler());
        else
            app.UseExceptionHandler();
        app.Use(AddHeaders);
        // Not in a branch: there the page of the second try would not be routed to, and the answer would be empty.
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use(OnlyMissingPages);
        var restored = Path.Combine(AppContext.BaseDirectory, "lib");
        if (Directory.Exists(restored))
            app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(restored), RequestPath = "/lib" });
    }

    /// <summary>A script wants its problem document as it is, and a refused form is not a page that is missing.</summary>
    private static async Task OnlyMissingPages(HttpContext context, RequestDelegate next)
    {
        // Before the answer: the path is another one afterwards.
        var isPage = HttpMethods.IsGet(context.Request.Method) && !context.Request.Path.StartsWithSegments("/api");
        await next(context);
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            pages.Enabled = isPage && context.Response.StatusCode == StatusCodes.Status404NotFound;
    }

    private static Task AddHeaders(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        // Nothing is fetched from outside. MudBlazor writes style attributes; scripts come from files only, but for
        // Blazor's import map, which is data. blob: is a picture that a person has just chosen, read by the page itself.
        headers.ContentSecurityPolicy =
            "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
            + "connect-src 'self' blob:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        return next(context);
    }
}
