using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Identity;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Account;

/// <summary>Where the link of a mail or of an owner leads.</summary>
public partial class ResetPasswordPage
{
    private bool done;
    private string? error;

    [SupplyParameterFromForm]
    private Input Form { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "user")]
    private string? UserText { get; set; }

    [SupplyParameterFromQuery(Name = "team")]
    private string? TeamText { get; set; }

    [SupplyParameterFromQuery]
    private string? Token { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private PasswordResets Resets { get; set; } = null!;

    protected override void OnInitialized() => Form ??= new Input();

    private async Task ResetAsync()
    {
        var user = new UserId(Guid.TryParse(UserText, out var id) ? id : Guid.Empty);
        // A team that cannot be read is still an owner's link, and then one of no team.
        TenantId? team = string.IsNullOrEmpty(TeamText) ? null : new TenantId(Guid.TryParse(TeamText, out var tenant) ? tenant : Guid.Empty);
        var reset = await Resets.ResetAsync(user, team, Token ?? "", Form.Password ?? "", Http.RequestAborted);
        (done, error) = (reset.Succeeded, reset.Error?.Message);
    }

    private sealed class Input
    {
        public string? Password { get; set; }
    }
}
