using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace FewShotAD.Portal.Features.Account;

/// <summary>
/// A page on a circuit lives for hours with the claims of the request that opened it. So each thing that a person does on it is
/// held against the database before it happens; when the place is gone or the role another one, the page is loaded anew, which
/// leads to the sign-in page or opens it with the role of now.
/// </summary>
public sealed class LiveSeat(AuthenticationStateProvider authentication, SeatCheck check, NavigationManager navigation) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        async context =>
        {
            if (await HoldsAsync(CancellationToken.None))
                await next(context);
            else
                navigation.Refresh(forceReload: true);
        };

    public async Task<bool> HoldsAsync(CancellationToken ct)
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        return Actor.From(user) is not { } actor || (await check.FindAsync(user, ct))?.Role == actor.Role;
    }
}

/// <summary>Ends circuits on which nobody does anything, too: they would go on showing what a removed member may not see.</summary>
public sealed class SeatRevalidation(ILoggerFactory loggers, SeatCheck check) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval { get; } = TimeSpan.FromSeconds(30);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        await check.FindAsync(authenticationState.User, cancellationToken) is not null;
}
