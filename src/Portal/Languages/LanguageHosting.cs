using Microsoft.AspNetCore.Localization;
using MudBlazor;

namespace FewShotAD.Portal.Languages;

/// <summary>In which language pages are, and how their scripts come to their texts.</summary>
public static class LanguageHosting
{
    private const string Kept = "public, max-age=31536000, immutable";

    public static IServiceCollection AddLanguages(this IServiceCollection services)
    {
        services.AddSingleton<InstalledLanguages>();
        services.AddSingleton<ScriptTextFiles>();
        services.AddTransient<MudLocalizer, ControlLocalizer>();
        services.AddOptions<RequestLocalizationOptions>().Configure<InstalledLanguages>((options, languages) => languages.Configure(options));
        return services;
    }

    /// <summary>For pages only: what programs read by REST is the same everywhere.</summary>
    public static void UseLanguages(this WebApplication app) =>
        app.UseWhen(context => !context.Request.Path.StartsWithSegments("/api"), pages => pages.UseRequestLocalization());

    public static void MapScriptTexts(this WebApplication app) => app.MapGet(ScriptTextFiles.Root + "/{language}/{version}.js", (string language, string version, ScriptTextFiles files, HttpContext context) =>
    {
        if (files.Find(language, version) is not { } script)
            return Results.NotFound();
        context.Response.Headers.CacheControl = Kept;
        return Results.Bytes(script, "text/javascript; charset=utf-8");
    }).AllowAnonymous().ExcludeFromDescription();
}
