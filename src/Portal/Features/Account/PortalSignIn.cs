using System.Security.Claims;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;

namespace FewShotAD.Portal.Features.Account;

/// <summary>Cookie sign-in, and its end.</summary>
public static class PortalSignIn
{
    private const string ByKeyOrCookie = "KeyOrCookie";

    public static IServiceCollection AddPortalSignIn(this IServiceCollection services)
    {
        services.AddAuthentication(ByKeyOrCookie)
            .AddPolicyScheme(ByKeyOrCookie, null, options => options.ForwardDefaultSelector = context =>
                ApiKeyAuthentication.IsMeant(context.Request) ? ApiKeyAuthentication.SchemeName : IdentityConstants.ApplicationScheme)
            .AddIdentityCookies();
        services.ConfigureApplicationCookie(options =>
        {
            options.Cookie.Name = "fewshotad";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.LoginPath = "/sign-in";
            options.AccessDeniedPath = "/sign-in";
            options.ExpireTimeSpan = TimeSpan.FromDays(14);
            options.SlidingExpiration = true;
        });
        services.Configure<SecurityStampValidatorOptions>(options =>
        {
            options.ValidationInterval = TimeSpan.FromMinutes(5);
            options.OnRefreshingPrincipal = RefreshTeamAsync;
        });
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        return services;
    }

    public static void MapAccount(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/account/sign-out", async (SignInManager<PortalUser> signIn) =>
        {
            await signIn.SignOutAsync();
            return TypedResults.LocalRedirect("/sign-in");
        });

    /// <summary>
    /// The refreshed principal comes without the team: its place is read again, so a removed member is out
    /// and a changed role holds within the validation interval.
    /// </summary>
    private static async Task RefreshTeamAsync(SecurityStampRefreshingPrincipalContext context)
    {
        if (context.CurrentPrincipal is null || context.NewPrincipal is null || Actor.From(context.CurrentPrincipal) is not { } actor)
            return;
        // The options have no services: the context's principal was made by a request, whose services are the accessor's.
        var http = new HttpContextAccessor().HttpContext;
        if (http is null)
            return;
        var users = http.RequestServices.GetRequiredService<UserManager<PortalUser>>();
        var user = await users.GetUserAsync(context.NewPrincipal);
        var claims = user is null
            ? null
            : await http.RequestServices.GetRequiredService<TeamSignIn>().TeamClaimsAsync(user, actor.Tenant, http.RequestAborted);
        if (claims is not null)
            ((ClaimsIdentity)context.NewPrincipal.Identity!).AddClaims(claims);
    }
}
