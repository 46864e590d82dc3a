using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Review;

/// <summary>What people who judged are called: accounts, and those whose verdicts came with a backup.</summary>
public static class ReviewNames
{
    public static async Task<string> OfAsync(PortalDbContext context, UserId user, CancellationToken ct) =>
        (await OfAsync(context, [user], ct)).GetValueOrDefault(user, "");

    public static async Task<Dictionary<UserId, string>> OfAsync(PortalDbContext context, IEnumerable<UserId> users, CancellationToken ct)
    {
        var ids = users.Distinct().ToList();
        var accounts = ids.Select(id => id.Value).ToList();
        var names = await context.Users.AsNoTracking().Where(u => accounts.Contains(u.Id)).ToDictionaryAsync(u => new UserId(u.Id), u => u.DisplayName, ct);
        if (names.Count == ids.Count)
            return names;
        foreach (var restored in await context.RestoredReviewers.AsNoTracking().Where(r => ids.Contains(r.Id)).ToListAsync(ct))
            names.TryAdd(restored.Id, restored.Name);
        return names;
    }
}
