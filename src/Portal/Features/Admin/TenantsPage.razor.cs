using System.Globalization;
using System.Text.Encodings.Web;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Admin;

/// <summary>The teams of the installation in numbers, and what they may have. The search lives in the address.</summary>
public partial class TenantsPage
{
    private ListTenants.Answer? answer;

    [SupplyParameterFromQuery(Name = "search")]
    private string? Search { get; set; }

    [Inject]
    private ListTenants List { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var listed = await List.HandleAsync(Actor, new ListTenants.Request(Search), ct);
        (answer, Failure) = (listed.Succeeded ? listed.Value : null, listed.Error);
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static MarkupString Used(long used, long? most, Func<long, string> text) => new(most is { } bound
        ? $"<span{(used >= bound ? " class=\"fs-full\"" : "")}>{text(used)}</span><div class=\"fs-caption\">{HtmlEncoder.Default.Encode(AdminTexts.Of.With(text(bound)))}</div>"
        : text(used));

    private void Find(ChangeEventArgs change) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("search", string.IsNullOrWhiteSpace((string?)change.Value) ? null : (string)change.Value));

    private async Task ChangeAsync(ListTenants.Item team)
    {
        var dialog = await Dialogs.ShowAsync<QuotaDialog>(AdminTexts.LimitsOfNamed.With(team.Name), new DialogParameters<QuotaDialog> { { d => d.Team, team } });
        if (await dialog.Result is not { Canceled: false })
            return;
        Snackbar.Add(AdminTexts.SavedTheLimitsHoldFromNowOn, Severity.Success);
        await ReloadAsync();
    }
}
