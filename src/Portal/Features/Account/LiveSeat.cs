using FewShotAD.Infrastructure.Hosting;
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
        try
        {
            return Actor.From(user) is not { } actor || (await check.FindAsync(user, ct))?.Role == actor.Role;
        }
        catch (Exception e) when (Outage.Of(e) is not null)
        {
            // An exception here would end the circuit, and all that is typed on its page with it. While the database cannot be asked nothing can be
            // read from it or written to it either; the next thing that is done is held against it again.
            return true;
        }
    }
}

/// <summary>Ends circuits on which nobody does anything, too: they would go on showing what a removed member may not see.</summary>
public class SeatRevalidation(ILoggerFactory loggers, SeatCheck check) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval { get; } = TimeSpan.FromSeconds(30);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        try
        {
            return await check.FindAsync(authenticationState.User, cancellationToken) is not null;
        }
        catch (Exception e) when (Outage.Of(e) is not null)
        {
            // Nobody is sent away from a page because the database is: it is asked again at the next look.
            return true;
        }
    }
}
