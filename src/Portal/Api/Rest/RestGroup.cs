using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Authorization;

namespace FewShotAD.Portal.Api.Rest;

/// <summary>What all of <c>/api/v1</c> has in common. An endpoint says with <see cref="Needs"/> what it asks of its caller.</summary>
public static class RestGroup
{
    public const string Root = "/api/v1";

    /// <summary>The group that every REST endpoint belongs to.</summary>
    public static RouteGroupBuilder MapRest(this IEndpointRouteBuilder routes) => routes.MapGroup(Root)
        .RequireAuthorization()
        .RequireRateLimiting(KeyRateLimit.Policy)
        // Its forms are no pages' forms: RestGuards looks for the token in the header, and only where a cookie is the proof.
        .DisableAntiforgery()
        .AddEndpointFilter(KnownChoices.FilterAsync)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status429TooManyRequests);

    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, TeamPermissions permissions)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new PermissionNeeded(permissions))
            .RequireAuthorization(policy => policy.AddRequirements(new PermissionNeeded(permissions)));

    /// <summary>What the document says of an endpoint.</summary>
    public static RouteHandlerBuilder Says(this RouteHandlerBuilder endpoint, string name, string summary, params int[] problems)
    {
        foreach (var status in problems)
            endpoint.ProducesProblem(status);
        return endpoint.WithName(name).WithSummary(summary);
    }
}

/// <summary>As metadata it tells the document and the tests, as a requirement it is enforced.</summary>
public sealed record PermissionNeeded(TeamPermissions Permissions) : IAuthorizationRequirement;

internal sealed class PermissionCheck : AuthorizationHandler<PermissionNeeded>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionNeeded requirement)
    {
        if (Actor.From(context.User) is not { } actor)
            return Task.CompletedTask;
        var allowed = actor.Require(requirement.Permissions);
        if (allowed.Succeeded)
            context.Succeed(requirement);
        else
            context.Fail(new NotPermitted(this, allowed.Error));
        return Task.CompletedTask;
    }
}

/// <summary>Carries the error to the answer.</summary>
internal sealed class NotPermitted(IAuthorizationHandler handler, Domain.Common.Error error) : AuthorizationFailureReason(handler, error.Message)
{
    public Domain.Common.Error Error => error;
}
