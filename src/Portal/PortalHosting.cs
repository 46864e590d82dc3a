using FewShotAD.Infrastructure;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Telemetry;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using Serilog;

namespace FewShotAD.Portal;

/// <summary>Everything around the pages: logs, keys, temporary files, headers, files beside the program.</summary>
public static class PortalHosting
{
    /// <summary>A service that lacks another one, or keeps one beyond its scope, stops the start in every environment, not only in development.</summary>
    public static void UseCheckedServices(this IHostBuilder host) => host.UseDefaultServiceProvider(options => options.ValidateOnBuild = options.ValidateScopes = true);

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
        // The host's own log, not the process's: a second host in one process would take the first one's lines.
        services.AddSerilog(
            (provider, log) => log.ReadFrom.Configuration(builder.Configuration).ReadFrom.Services(provider).Enrich.With<SecretsInLogs>(), preserveStaticLogger: true);
        services.AddHttpContextAccessor();
        services.AddTelemetry(builder.Configuration);
        services.AddSingleton(TimeProvider.System);
        services.AddAntiforgery(options =>
        {
            options.HeaderName = RestGuards.TokenHeader;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddProblemDetails();
        // Of a circuit: a command has neither pages nor a browser.
        services.AddScoped<OutageNotice>();
        services.AddExceptionHandler<OutagePages>();
        services.AddHsts(options => options.MaxAge = TimeSpan.FromDays(365));
        return services;
    }

    public static bool IsWorkerOnly(this WebApplication app) => app.Services.GetRequiredService<IOptions<InfrastructureOptions>>().Value.Role == NodeRole.Worker;

    /// <summary>A node that trains: whoever looks after it may ask how it is, and nobody anything else.</summary>
    public static async Task<int> RunWorkerAsync(this WebApplication app)
    {
        app.MapHealth();
        await app.RunAsync();
        return 0;
    }

    public static void UsePortalHosting(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler("/failed", createScopeForErrors: true);
            app.UseHsts();
        }

        // A script wants a problem document instead of a page. It stands inside the other, so that it comes first.
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api"), api => api.UseExceptionHandler());
        app.UseSecurityHeaders();
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
}
