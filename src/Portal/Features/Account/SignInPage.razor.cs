using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Account;

/// <summary>A plain form: a cookie can only be set on an HTTP response, which a circuit has not.</summary>
public partial class SignInPage
{
    private string? error;

    [SupplyParameterFromForm]
    private Input Form { get; set; } = null!;

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private TeamSignIn SignIn { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        Form ??= new Input();
        // A fresh installation has nobody who could sign in.
        if (HttpMethods.IsGet(Http.Request.Method) && !await SignIn.AnybodyAsync(Http.RequestAborted))
            Navigation.NavigateTo("/register");
    }

    private async Task SubmitAsync()
    {
        var signedIn = await SignIn.WithPasswordAsync(Form.Email ?? "", Form.Password ?? "", Http.RequestAborted);
        if (signedIn.Succeeded)
            Navigation.NavigateTo(LocalUrl.Or(ReturnUrl, "/"));
        else
            error = signedIn.Error.Message;
    }

    private sealed class Input
    {
        public string? Email { get; set; }

        public string? Password { get; set; }
    }
}
