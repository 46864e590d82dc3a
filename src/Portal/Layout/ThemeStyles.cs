using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using MudBlazor;

namespace FewShotAD.Portal.Layout;

/// <summary>The portal's theme as style sheets. Written once for all circuits: the provider would make 23 kB of text anew whenever a page renders, and every circuit would keep its own.</summary>
public sealed class ThemeStyles : MudThemeProvider
{
    private static readonly ConcurrentDictionary<bool, MarkupString> Texts = new();

    private bool dark;

    public ThemeStyles()
    {
        Theme = PortalTheme.Instance;
        // A person's choice stands above the system's: the page's own script watches both, the provider must not.
        ObserveSystemDarkModeChange = false;
    }

    public override Task SetParametersAsync(ParameterView parameters)
    {
        dark = parameters.GetValueOrDefault<bool>(nameof(IsDarkMode));
        return base.SetParametersAsync(parameters);
    }

    protected override void BuildRenderTree(RenderTreeBuilder __builder) =>
        __builder.AddContent(0, Texts.GetOrAdd(dark, _ => new MarkupString(BuildMudBlazorScrollbar() + BuildTheme())));
}
