using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Review;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Shared;

/// <summary>What a history calls whoever acts: a person by name, a program by the name of its key.</summary>
internal static class ActorNames
{
    public static async Task<string> OfAsync(PortalDbContext context, Actor actor, CancellationToken ct) => actor.Key is { Id: var key }
        ? await context.ApiKeys.AsNoTracking().Where(k => k.Id == key).Select(k => "API key " + k.Name).FirstOrDefaultAsync(ct) ?? "API key"
        : await ReviewNames.OfAsync(context, actor.User, ct);
}
