using FewShotAD.Domain.Common;
using FewShotAD.Domain.Platform;
using FewShotAD.Infrastructure.Identity;
using Microsoft.AspNetCore.Authorization;

namespace FewShotAD.Portal.Shared;

/// <summary>What a page or address for administrators of the platform asks of its visitor. Everybody else is told that there is no such page.</summary>
public sealed record AdministratorNeeded : IAuthorizationRequirement
{
    /// <summary>The name of the policy, for pages.</summary>
    public const string Policy = "PlatformAdministrator";
}

/// <summary>
/// Whether somebody administers the platform, asked by each use case anew. A key never does: whoever finds one must not get beyond
/// the team that made it.
/// </summary>
public sealed class PlatformSeat(Administrators administrators)
{
    public async Task<Result> RequireAsync(Actor actor, CancellationToken ct) =>
        actor.Key is null && await administrators.IsAsync(actor.User, ct) ? Result.Ok : new NotAdministrator();
}

internal sealed class AdministratorCheck(PlatformSeat seat) : AuthorizationHandler<AdministratorNeeded>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, AdministratorNeeded requirement)
    {
        if (Actor.From(context.User) is { } actor && (await seat.RequireAsync(actor, CancellationToken.None)).Succeeded)
            context.Succeed(requirement);
    }
}
