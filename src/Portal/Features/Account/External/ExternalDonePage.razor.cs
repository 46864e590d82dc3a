using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Account.External;

/// <summary>Where people come back to from the provider: they are sent on, or told why not.</summary>
public partial class ExternalDonePage
{
    public const string Path = "/sign-in/done";

    private string? error;
    private bool linking;

    [SupplyParameterFromQuery]
    private string? Problem { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private IOptions<OidcOptions> Oidc { get; set; } = null!;

    [Inject]
    private ExternalSignIn External { get; set; } = null!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        var ticket = await Http.AuthenticateAsync(IdentityConstants.ExternalScheme);
        if (Problem is not null || !Oidc.Value.IsConfigured || ExternalPerson.From(ticket) is not { } person)
        {
            error = ExternalProblem.TextOf(Problem, Oidc.Value.DisplayName);
            return;
        }

        // Good for one look: whoever sits down at this browser next has to ask the provider again.
        await Http.SignOutAsync(IdentityConstants.ExternalScheme);
        var intent = ExternalIntent.From(ticket.Properties!);
        linking = intent.LinkTo is not null;
        error = (linking ? await LinkAsync(person, intent) : await EnterAsync(person, intent)).Error?.Message;
    }

    private async Task<Result> EnterAsync(ExternalPerson person, ExternalIntent intent)
    {
        var entered = await External.EnterAsync(person, intent.Invitation, Http.RequestAborted);
        if (!entered.Succeeded)
            return entered.Error;
        Navigation.NavigateTo(entered.Value ? "/account?done=password-gone" : intent.ReturnUrl);
        return Result.Ok;
    }

    private async Task<Result> LinkAsync(ExternalPerson person, ExternalIntent intent)
    {
        if (await Users.GetUserAsync(Http.User) is not { } user || user.Id != intent.LinkTo)
            return new ExternalOtherPerson();
        var linked = await External.LinkAsync(user, person, Http.RequestAborted);
        if (linked.Succeeded)
            Navigation.NavigateTo("/account?done=linked");
        return linked;
    }
}
