using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Account.External;

/// <summary>
/// The way to the provider. It begins with a form, so that no other site begins it in somebody's name, and goes on from a page
/// of ours: a form that is sent on to another host is one that the policy forbids.
/// </summary>
public partial class ExternalPage
{
    public const string Path = "/sign-in/external";

    private string? destination;
    private string? error;

    [SupplyParameterFromForm]
    private Input Form { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private IOptions<OidcOptions> Oidc { get; set; } = null!;

    [Inject]
    private ILogger<ExternalPage> Log { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string Provider => Oidc.Value.DisplayName;

    protected override void OnInitialized()
    {
        Form ??= new Input();
        if (!Oidc.Value.IsConfigured)
            Navigation.NavigateTo("/sign-in");
    }

    private async Task GoAsync()
    {
        if (!Oidc.Value.IsConfigured)
            return;
        var actor = Actor.From(Http.User);
        if (Form.Link && actor is null)
        {
            Navigation.NavigateTo("/sign-in?ReturnUrl=%2Faccount");
            return;
        }

        var intent = new ExternalIntent(
            LocalUrl.Or(Form.ReturnUrl, "/"),
            string.IsNullOrEmpty(Form.Invitation) ? null : Form.Invitation,
            Form.Link ? actor!.User.Value : null);
        try
        {
            await Http.ChallengeAsync(OidcRegistration.Scheme, intent.ToProperties());
        }
        catch (Exception e) when (!Http.RequestAborted.IsCancellationRequested)
        {
            // The provider's own description is read before anybody is sent there, and that is what fails while it is down.
            Log.LogWarning(e, "{Provider} does not answer", Provider);
            error = ExternalProblem.TextOf(ExternalProblem.Unreachable, Provider);
            return;
        }

        destination = Http.Response.Headers.Location;
        Http.Response.Headers.Location = default;
        Http.Response.StatusCode = StatusCodes.Status200OK;
    }

    private sealed class Input
    {
        public string? ReturnUrl { get; set; }

        public string? Invitation { get; set; }

        public bool Link { get; set; }
    }
}
