using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Mail;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Account;

/// <summary>Asks for a link by mail. Whether there is such an account, or it has had enough mails, the page does not say.</summary>
public partial class ForgotPasswordPage
{
    private const string Attempt = "forgotten password";

    private bool asked;
    private string? error;

    [SupplyParameterFromForm]
    private Input Form { get; set; } = null!;

    [Inject]
    private MailOutbox Mail { get; set; } = null!;

    [Inject]
    private PasswordResets Resets { get; set; } = null!;

    [Inject]
    private Attempts Attempts { get; set; } = null!;

    protected override void OnInitialized() => Form ??= new Input();

    private async Task AskAsync()
    {
        var email = Form.Email ?? "";
        var allowed = Attempts.AllowNetwork(Attempt, Attempts.ForgotPassword);
        Attempts.CountNetwork(Attempt, Attempts.ForgotPassword);
        error = allowed.Error?.Message;
        if (!allowed.Succeeded)
            return;
        if (Attempts.TakeFor(Attempt, email, Attempts.ForgotPassword) is null)
            await Resets.AskAsync(email, AccountTexts.MailNewPasswordSubject, link => AccountTexts.MailNewPassword.With(link));
        asked = true;
    }

    private sealed class Input
    {
        public string? Email { get; set; }
    }
}
