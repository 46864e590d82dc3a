using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Account.External;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace FewShotAD.Portal.Features.Account;

/// <summary>Cookie sign-in, and its end.</summary>
public static class PortalSignIn
{
    private const string ByKeyOrCookie = "KeyOrCookie";

    public static IServiceCollection AddPortalSignIn(this IServiceCollection services, IConfiguration configuration)
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
            options.Events.OnValidatePrincipal = SeatCheck.ValidateAsync;
        });
        services.AddOidc(configuration);
        services.AddSingleton<SeatCheck>();
        services.AddScoped<AuthenticationStateProvider, SeatRevalidation>();
        services.AddScoped<CircuitHandler, LiveSeat>();
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        return services;
    }

    public static void MapAccount(this IEndpointRouteBuilder routes)
    {
        // Reading a form makes the antiforgery token a must: no other site signs somebody out, or moves them to another team.
        routes.MapPost("/account/sign-out", async ([FromForm] IFormCollection _, SignInManager<PortalUser> signIn) =>
        {
            await signIn.SignOutAsync();
            return TypedResults.LocalRedirect("/sign-in");
        });
        routes.MapPost("/account/switch-team", SwitchAsync).RequireAuthorization();
    }

    private static async Task<IResult> SwitchAsync([FromForm] string team, HttpContext http, TeamSignIn signIn, CancellationToken ct)
    {
        var wanted = Guid.TryParse(team, out var id) ? new TenantId(id) : default;
        var switched = Actor.From(http.User) is { } actor ? await signIn.SwitchAsync(actor.User, wanted, ct) : new TeamSignIn.NoTeam();
        return switched.Succeeded ? TypedResults.LocalRedirect("/") : TypedResults.NotFound();
    }
}
