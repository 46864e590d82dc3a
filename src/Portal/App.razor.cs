using FewShotAD.Portal.Languages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace FewShotAD.Portal;

/// <summary>The document. Pages run on a circuit; account pages are plain forms, since signing in needs an HTTP response.</summary>
public partial class App
{
    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private InstalledLanguages Languages { get; set; } = null!;

    [Inject]
    private ScriptTextFiles ScriptTexts { get; set; } = null!;

    private IComponentRenderMode? RenderMode =>
        Http.AcceptsInteractiveRouting() ? new InteractiveServerRenderMode(prerender: false) : null;

    /// <summary>The theme that the browser settled on at its last visit; empty lets the script follow the system.</summary>
    private string? Theme => Http.Request.Cookies["theme"] is "dark" or "light" ? Http.Request.Cookies["theme"] : null;
}
