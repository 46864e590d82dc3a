using FewShotAD.Domain.Auditing;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Account.External;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Account;

/// <summary>One's own name and password. A plain form: another password needs another cookie.</summary>
public partial class AccountPage
{
    private PortalUser? user;
    private OwnLogins logins = new(true, []);
    private Actor actor = null!;
    private string? error;
    private string? done;

    [SupplyParameterFromForm]
    private Input Form { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = null!;

    [Inject]
    private OwnAccount Own { get; set; } = null!;

    [Inject]
    private TeamSignIn SignIn { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery]
    private string? Done { get; set; }

    [Inject]
    private IOptions<OidcOptions> Oidc { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        Form ??= new Input();
        if (Actor.From(Http.User) is not { } signedIn)
        {
            Navigation.NavigateTo("/sign-in?ReturnUrl=%2Faccount");
            return;
        }

        actor = signedIn;
        user = await Users.GetUserAsync(Http.User);
        logins = await Own.LoginsAsync(actor.User);
        done = Done switch
        {
            "linked" => AccountTexts.LinkedFromNowOnYouCanSign.With(Oidc.Value.DisplayName),
            "password-gone" => AccountTexts.YourAddressWasNotConfirmedUntilNow,
            _ => null,
        };
    }

    private async Task UnlinkAsync()
    {
        var unlinked = await Own.UnlinkAsync(actor.User);
        if (unlinked.Succeeded)
            unlinked = await SignIn.EnterAsync((await Users.GetUserAsync(Http.User))!, actor.Tenant, AuditAction.LoginUnlink, Http.RequestAborted, Oidc.Value.DisplayName);
        logins = await Own.LoginsAsync(actor.User);
        (done, error) = (unlinked.Succeeded ? AccountTexts.UnlinkedYouSignInWithYourPassword : null, unlinked.Error?.Message);
    }

    private async Task RenameAsync()
    {
        var renamed = await Own.RenameAsync(actor.User, actor.Tenant, Form.Name, Http.RequestAborted);
        (done, error) = (renamed.Succeeded ? AccountTexts.Saved : null, renamed.Error?.Message);
    }

    private async Task ChangePasswordAsync()
    {
        var proof = await SignIn.CheckPasswordAsync(user!.Email!, Form.Old ?? "", Http.RequestAborted);
        if (!proof.Succeeded)
        {
            error = proof.Error is TeamSignIn.WrongCredentials ? new WrongPassword().Message : proof.Error.Message;
            return;
        }

        var changed = await Own.ChangePasswordAsync(actor.User, Form.Old ?? "", Form.New ?? "");
        if (changed.Succeeded)
            changed = await SignIn.EnterAsync(proof.Value, actor.Tenant, AuditAction.ChangePassword, Http.RequestAborted);
        (done, error) = (changed.Succeeded ? AccountTexts.YourPasswordIsChanged : null, changed.Error?.Message);
    }

    private sealed class Input
    {
        public string? Name { get; set; }

        public string? Old { get; set; }

        public string? New { get; set; }
    }
}
