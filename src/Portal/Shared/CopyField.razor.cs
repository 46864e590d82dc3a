using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FewShotAD.Portal.Shared;

/// <summary>A text that a person takes along, with a button that puts it on the clipboard.</summary>
public partial class CopyField
{
    private readonly string id = $"copy-{Guid.NewGuid():N}";
    private ElementReference field;
    private string? told;

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    [Parameter]
    public string? DataTest { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private async Task CopyAsync()
    {
        await using var module = await Js.InvokeAsync<IJSObjectReference>("import", "/js/copy.js");
        told = await module.InvokeAsync<bool>("copyField", field) ? SharedTexts.Copied : SharedTexts.SelectedPressCtrlPlusC;
    }
}
