using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace FewShotAD.Portal.Languages;

/// <summary>English, and whatever translations lie beside the program.</summary>
public sealed class InstalledLanguages
{
    /// <summary>The language of the texts that are in the program itself.</summary>
    public static readonly CultureInfo Neutral = CultureInfo.GetCultureInfo("en");

    public IReadOnlyList<CultureInfo> All { get; } = [Neutral, .. Translations()];

    /// <summary>A page is in the language that the browser asks for, or a cookie, where it is installed. Numbers and dates stay as they are in files.</summary>
    public void Configure(RequestLocalizationOptions options)
    {
        options.DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, Neutral);
        options.SupportedCultures = [CultureInfo.InvariantCulture];
        options.SupportedUICultures = [.. All];
        options.RequestCultureProviders = [new CookieRequestCultureProvider { Options = options }, new AcceptLanguageHeaderRequestCultureProvider { Options = options }];
    }

    /// <summary>The one of these in which the present request or circuit is answered.</summary>
    public CultureInfo Current()
    {
        for (var language = CultureInfo.CurrentUICulture; !language.Equals(CultureInfo.InvariantCulture); language = language.Parent)
        {
            if (All.Contains(language))
                return language;
        }

        return Neutral;
    }

    private static IEnumerable<CultureInfo> Translations()
    {
        var satellite = $"{typeof(InstalledLanguages).Assembly.GetName().Name}.resources.dll";
        return Directory.EnumerateDirectories(AppContext.BaseDirectory)
            .Where(folder => File.Exists(Path.Combine(folder, satellite)))
            .Select(folder => CultureInfo.GetCultureInfo(Path.GetFileName(folder)))
            .OrderBy(language => language.Name, StringComparer.Ordinal);
    }
}
