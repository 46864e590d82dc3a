using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Mail;

public enum MailSecurity
{
    /// <summary>In the clear: for a relay on this machine.</summary>
    None,

    /// <summary>Begins in the clear and must go on encrypted; usually port 587.</summary>
    StartTls,

    /// <summary>Encrypted from the first byte; usually port 465.</summary>
    Tls,
}

/// <summary>Section <c>Mail</c>. Without a host the portal sends no mail, and pages say so.</summary>
public sealed class MailOptions
{
    public const string Section = "Mail";

    public string Host { get; set; } = "";

    public int Port { get; set; } = 587;

    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    public string User { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>The sender's address.</summary>
    public string From { get; set; } = "";

    /// <summary>
    /// The portal's address in links. Never taken from the request: who asks for another person's mail would choose it, and the
    /// secret in the link would go there.
    /// </summary>
    public Uri? PublicUrl { get; set; }

    public bool IsConfigured => Host.Length > 0;
}

internal sealed class MailOptionsValidation : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        if (!options.IsConfigured)
            return ValidateOptionsResult.Success;
        var failures = new List<string>();
        if (options.Port is < 1 or > 65_535)
            failures.Add("Mail:Port must be a port number, 1 to 65535.");
        if (!new EmailAddressAttribute().IsValid(options.From) || options.From.Length == 0)
            failures.Add("Mail:From must be the sender's e-mail address.");
        if (options.User.Length > 0 != options.Password.Length > 0)
            failures.Add("Mail:User and Mail:Password are given both or neither.");
        if (options.Password.Length > 0 && options.Security == MailSecurity.None)
            failures.Add("Mail:Password would be sent in the clear: set Mail:Security to StartTls or Tls.");
        if (options.PublicUrl is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            failures.Add("Mail:PublicUrl must be the portal's address as people reach it, such as https://inspection.company.com.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
