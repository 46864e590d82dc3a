using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace FewShotAD.Portal.Features.Account.External;

/// <summary>Sign-in at an OpenID Connect provider: authorization code with PKCE, and then a short cookie that says who came.</summary>
internal static class OidcRegistration
{
    public const string Scheme = "oidc";

    /// <summary>To be registered with the provider, after the portal's own address.</summary>
    public const string CallbackPath = "/signin-oidc";

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    public static IServiceCollection AddOidc(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(OidcOptions.Section);
        services.AddOptions<OidcOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OidcOptions>, OidcOptionsValidation>();
        services.AddScoped<ExternalSignIn>();
        // Without a provider there is no scheme either: nothing answers at the callback's address.
        if (section.Get<OidcOptions>() is { IsConfigured: true } settings)
            services.AddAuthentication().AddOpenIdConnect(Scheme, settings.DisplayName, options => Configure(options, settings));
        return services;
    }

    private static void Configure(OpenIdConnectOptions options, OidcOptions settings)
    {
        options.Authority = settings.Authority;
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret;
        // Validated: http is this machine only.
        options.RequireHttpsMetadata = settings.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        options.SignInScheme = IdentityConstants.ExternalScheme;
        options.CallbackPath = CallbackPath;
        // Nobody but the person ends a sign-in here.
        options.RemoteSignOutPath = PathString.Empty;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // A page of the provider that posts here would need cookies that go everywhere, and those need https even on one's own machine.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.SaveTokens = false;
        options.MapInboundClaims = false;
        options.BackchannelTimeout = AnswerLimit;
        options.Scope.Clear();
        foreach (var scope in settings.AskedScopes)
            options.Scope.Add(scope);
        // By the standard the address may stand there only, not in the token.
        options.GetClaimsFromUserInfoEndpoint = true;
        options.ClaimActions.MapUniqueJsonKey(ExternalPerson.VerifiedClaim, ExternalPerson.VerifiedClaim);
        foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
            (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
        options.Events.OnTokenValidated = context =>
        {
            // The subject means something at its issuer only, and the claim is dropped later.
            context.Properties!.Items[ExternalPerson.IssuerItem] = context.SecurityToken.Issuer;
            return Task.CompletedTask;
        };
        options.Events.OnAccessDenied = context => LeaveAsync(context, ExternalProblem.Declined);
        options.Events.OnRemoteFailure = FailAsync;
    }

    private static Task FailAsync(RemoteFailureContext context)
    {
        // The exception's own text may repeat what the provider or a stranger's request said.
        context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OidcRegistration))
            .LogWarning("A sign-in by {Provider} failed: {Fault}", context.Scheme.DisplayName, (context.Failure?.InnerException ?? context.Failure)?.GetType().Name);
        return LeaveAsync(context, ExternalProblem.Of(context.Failure));
    }

    private static Task LeaveAsync<T>(HandleRequestContext<T> context, string problem)
        where T : AuthenticationSchemeOptions
    {
        context.HandleResponse();
        context.Response.Redirect($"{ExternalDonePage.Path}?problem={problem}");
        return Task.CompletedTask;
    }
}
