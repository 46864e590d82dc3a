using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Account.External;

/// <summary>Section <c>Oidc</c>: one OpenID Connect provider. Without it people sign in with passwords only, and no page mentions another way.</summary>
public sealed class OidcOptions
{
    public const string Section = "Oidc";

    private static readonly string[] UsualScopes = ["openid", "profile", "email"];

    /// <summary>The provider's address, below which <c>.well-known/openid-configuration</c> lies.</summary>
    public string Authority { get; set; } = "";

    public string ClientId { get; set; } = "";

    public string ClientSecret { get; set; } = "";

    /// <summary>What people call the provider: “Sign in with …”.</summary>
    public string DisplayName { get; set; } = "company account";

    /// <summary>What is asked for; <c>openid profile email</c> when empty.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>Only addresses of these domains are let in, and only verified ones; empty lets in whoever the provider does.</summary>
    public IList<string> AllowedDomains { get; } = [];

    /// <summary>Whether somebody new gets an account with a team of the own; otherwise an owner has to invite them.</summary>
    public bool Register { get; set; }

    public bool IsConfigured => Authority.Length > 0 || ClientId.Length > 0 || ClientSecret.Length > 0;

    public IEnumerable<string> AskedScopes => Scopes.Count > 0 ? Scopes : UsualScopes;

    /// <summary>Nothing but a name of a domain of its own will do: “company.com” does not let “evil-company.com” in.</summary>
    public bool Allows(string email) =>
        AllowedDomains.Count == 0 || AllowedDomains.Contains(email[(email.LastIndexOf('@') + 1)..].Trim(), StringComparer.OrdinalIgnoreCase);
}

internal sealed class OidcOptionsValidation : IValidateOptions<OidcOptions>
{
    public ValidateOptionsResult Validate(string? name, OidcOptions options)
    {
        if (!options.IsConfigured)
            return ValidateOptionsResult.Success;
        var failures = new List<string>();
        if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority) || authority.Scheme is not ("https" or "http"))
            failures.Add("Oidc:Authority must be the provider's address, such as https://login.company.com.");
        else if (authority is { Scheme: "http", IsLoopback: false })
            failures.Add("Oidc:Authority must begin with https: over http anybody on the way could sign in as anybody. Only this machine itself may be asked over http.");
        if (options.ClientId.Length == 0)
            failures.Add("Oidc:ClientId must be the id that the provider gave this portal.");
        if (options.ClientSecret.Length == 0)
            failures.Add("Oidc:ClientSecret must be the secret that the provider gave this portal.");
        if (string.IsNullOrWhiteSpace(options.DisplayName))
            failures.Add("Oidc:DisplayName must say what people call the provider, or be left out.");
        if (!options.AskedScopes.Contains("openid", StringComparer.Ordinal))
            failures.Add("Oidc:Scopes must contain openid; profile and email are needed for names and addresses.");
        if (options.AllowedDomains.Any(domain => string.IsNullOrWhiteSpace(domain) || domain.Contains('@', StringComparison.Ordinal)))
            failures.Add("Oidc:AllowedDomains are domains without @, such as company.com.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
