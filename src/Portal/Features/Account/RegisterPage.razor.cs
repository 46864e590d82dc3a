using FewShotAD.Infrastructure.Identity;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Account;

/// <summary>Makes an account with a team of its own; on a fresh installation it is the page everybody lands on.</summary>
public partial class RegisterPage
{
    internal const string Attempt = "registration";

    private string? error;
    private bool first;

    [SupplyParameterFromForm]
    private Input Form { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private Accounts Accounts { get; set; } = null!;

    [Inject]
    private Attempts Attempts { get; set; } = null!;

    [Inject]
    private TeamSignIn SignIn { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        Form ??= new Input();
        first = !await SignIn.AnybodyAsync(Http.RequestAborted);
    }

    private async Task SubmitAsync()
    {
        var (email, password) = (Form.Email ?? "", Form.Password ?? "");
        var allowed = Attempts.Take(Attempt, email, Attempts.Register);
        if (!allowed.Succeeded)
        {
            error = allowed.Error.Message;
            return;
        }

        var registered = await Accounts.RegisterAsync(new NewAccount(email, password, Form.Name), Form.Team ?? "", Http.RequestAborted);
        if (!registered.Succeeded)
        {
            error = registered.Error.Message;
            return;
        }

        var signedIn = await SignIn.WithPasswordAsync(email, password, Http.RequestAborted);
        Navigation.NavigateTo(signedIn.Succeeded ? "/" : "/sign-in");
    }

    private sealed class Input
    {
        public string? Team { get; set; }

        public string? Name { get; set; }

        public string? Email { get; set; }

        public string? Password { get; set; }
    }
}
