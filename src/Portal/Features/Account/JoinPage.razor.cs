using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace FewShotAD.Portal.Features.Account;

/// <summary>Where the link of an invitation leads: into the team with the account one has, or with a new one.</summary>
public partial class JoinPage
{
    private Invited? invited;
    private string? signedIn;
    private string? error;

    [Parameter]
    public string Token { get; set; } = "";

    [SupplyParameterFromForm]
    private Input Form { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "account")]
    private bool HasAccount { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private Invitations Invitations { get; set; } = null!;

    [Inject]
    private Attempts Attempts { get; set; } = null!;

    [Inject]
    private TeamSignIn SignIn { get; set; } = null!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        Form ??= new Input();
        signedIn = Http.User.Identity is { IsAuthenticated: true, Name: var name } ? name : null;
        var found = await Invitations.FindAsync(Token, Http.RequestAborted);
        if (found.Succeeded)
            invited = found.Value;
        else
            error = found.Error.Message;
    }

    /// <summary>One form in every state of the page: a link that ended while somebody filled it in is answered, not refused.</summary>
    private Task SubmitAsync() => invited is null ? Task.CompletedTask
        : signedIn is not null ? JoinAsync()
        : HasAccount ? SignInAsync()
        : RegisterAsync();

    private async Task JoinAsync()
    {
        if (await Users.GetUserAsync(Http.User) is { } user)
            await JoinAsync(user);
    }

    private async Task SignInAsync()
    {
        var user = await SignIn.CheckPasswordAsync(Form.Email ?? "", Form.Password ?? "", Http.RequestAborted);
        if (user.Succeeded)
            await JoinAsync(user.Value);
        else
            error = user.Error.Message;
    }

    private async Task RegisterAsync()
    {
        // An invitation is for one person, but its form tells which addresses have an account.
        var allowed = Attempts.Take(RegisterPage.Attempt, Form.Email ?? "", Attempts.Register);
        if (!allowed.Succeeded)
        {
            error = allowed.Error.Message;
            return;
        }

        var account = new NewAccount(Form.Email, Form.Password ?? "", Form.Name);
        var joined = await Invitations.RegisterAsync(Token, account, Http.RequestAborted);
        if (joined.Succeeded)
            Leave(await SignIn.WithPasswordAsync(Form.Email ?? "", Form.Password ?? "", Http.RequestAborted, joined.Value));
        else
            error = joined.Error.Message;
    }

    private async Task JoinAsync(PortalUser user)
    {
        var joined = await Invitations.AcceptAsync(Token, new UserId(user.Id), user.Email ?? "", Http.RequestAborted);
        if (joined.Succeeded)
            Leave(await SignIn.EnterAsync(user, joined.Value, AuditAction.SignIn, Http.RequestAborted));
        else
            error = joined.Error.Message;
    }

    private void Leave(Result signedIn) => Navigation.NavigateTo(signedIn.Succeeded ? "/" : "/sign-in");

    private sealed class Input
    {
        public string? Name { get; set; }

        public string? Email { get; set; }

        public string? Password { get; set; }
    }
}
