using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Api;

/// <summary><c>GET /api/v1/usage</c>.</summary>
public static class UsageEndpoints
{
    /// <param name="Limit">Null where there is none.</param>
    public sealed record UsageAmount(long Used, long? Limit);

    public sealed record RestUsage(UsageAmount Images, UsageAmount Bytes, UsageAmount QueuedRuns);

    public static RouteGroupBuilder MapUsage(this RouteGroupBuilder rest)
    {
        rest.MapGet("/usage", async (Actor actor, GetUsage get, CancellationToken ct) =>
            {
                var (usage, quota) = await get.HandleAsync(actor, ct);
                return TypedResults.Ok(new RestUsage(
                    new(usage.Images, quota.Images), new(usage.Bytes, quota.Bytes), new(usage.QueuedRuns, quota.QueuedRuns)));
            })
            .Needs(TeamPermissions.Read).WithName("GetUsage").WithTags(RestTags.Team).WithSummary("What the team has and what it may have");
        return rest;
    }
}
