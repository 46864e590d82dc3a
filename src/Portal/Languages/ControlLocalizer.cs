using System.Globalization;
using FewShotAD.Portal.Shared;
using Microsoft.Extensions.Localization;
using MudBlazor;

namespace FewShotAD.Portal.Languages;

/// <summary>What MudBlazor's controls say by themselves, where it shows on a page: its keys, in the resources of the portal.</summary>
public sealed class ControlLocalizer : MudLocalizer
{
    public override LocalizedString this[string key] => ControlTexts.ResourceManager.GetString(key, CultureInfo.CurrentUICulture) is { } text ? new(key, text) : new(key, key, resourceNotFound: true);
}
