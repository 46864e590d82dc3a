using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace FewShotAD.Portal.Layout;

/// <summary>The shell around every signed-in page.</summary>
public partial class MainLayout
{
    private ErrorBoundary? boundary;
    private bool dark;

    [CascadingParameter(Name = "InitialDark")]
    private bool InitialDark { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override void OnInitialized() => dark = InitialDark;

    protected override void OnParametersSet() => boundary?.Recover();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        // The cookie may be missing (first visit) or old (the system's theme changed): the browser has the last word.
        var now = await Js.InvokeAsync<bool>("fewshotadTheme.isDark");
        if (now != dark)
        {
            dark = now;
            StateHasChanged();
        }
    }

    private async Task ToggleThemeAsync() => dark = await Js.InvokeAsync<bool>("fewshotadTheme.toggle");

    private void Recover() => boundary?.Recover();
}
