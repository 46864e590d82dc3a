using System.Security.Claims;
using Bunit;
using FewShotAD.Portal.Shared;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace FewShotAD.Portal.Tests.Support;

internal static class Circuits
{
    /// <summary>A circuit of a member of a team, with the portal's own database, clock and handlers, and no browser.</summary>
    public static BunitContext Circuit(this PortalHost host, Actor actor, params IEnumerable<Type> handlers)
    {
        var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddScoped<OutageNotice>();
        context.Services.AddSingleton(host.Db);
        context.Services.AddSingleton<TimeProvider>(host.Time);
        foreach (var handler in handlers)
            context.Services.AddScoped(handler);
        context.AddAuthorization().SetAuthorized("Somebody").SetClaims(
            new Claim(ClaimTypes.NameIdentifier, actor.User.ToString()),
            new Claim(Actor.TeamClaim, actor.Tenant.ToString()),
            new Claim(Actor.RoleClaim, actor.Role.ToString()));
        return context;
    }
}
