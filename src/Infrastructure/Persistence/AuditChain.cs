using FewShotAD.Domain.Auditing;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Persistence;

/// <summary>Gives staged audit entries their place at the end of the team's chain and writes them with the change they describe.</summary>
internal static class AuditChain
{
    private const int Tries = 20;

    public static bool IsStaged(PortalDbContext context) => context.ChangeTracker.Entries<ChainedEntry>().Any(e => e.State == EntityState.Added);

    /// <summary>
    /// Within a transaction that holds the team's row, so that nobody comes between the last entry that is read and the next that is
    /// written. The platform's chain has no such row: where its number is taken, all is tried again.
    /// </summary>
    public static async Task<int> SaveAsync(PortalDbContext context, Func<CancellationToken, Task<int>> save, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var transaction = context.Database.CurrentTransaction is null ? await context.Database.BeginTransactionAsync(ct) : null;
            // A row that is set to what it is stays as it is, and is locked.
            await context.Tenants.ExecuteUpdateAsync(row => row.SetProperty(t => t.RosterVersion, t => t.RosterVersion), ct);
            var team = await AppendAsync(context, context.Audit, ct);
            var platform = await AppendAsync(context, context.PlatformAudit, ct);
            try
            {
                var written = await save(ct);
                if (transaction is not null)
                    await transaction.CommitAsync(ct);
                return written;
            }
            catch (DbUpdateException e) when (e is not DbUpdateConcurrencyException && attempt < Tries)
            {
                if (transaction is not null)
                    await transaction.RollbackAsync(ct);
                // Nobody took the numbers: it was the change itself that the database refused.
                if (!await IsTakenAsync(context.Audit, team, ct) && !await IsTakenAsync(context.PlatformAudit, platform, ct))
                    throw;
            }
        }
    }

    private static async Task<bool> IsTakenAsync<T>(IQueryable<T> trail, long? first, CancellationToken ct)
        where T : ChainedEntry => first is { } number && await trail.AnyAsync(entry => entry.Sequence >= number, ct);

    /// <returns>The number of the first entry that was staged for the trail; null when none was.</returns>
    private static async Task<long?> AppendAsync<T>(PortalDbContext context, IQueryable<T> trail, CancellationToken ct)
        where T : ChainedEntry
    {
        var staged = context.ChangeTracker.Entries<T>().Where(e => e.State == EntityState.Added).ToList();
        if (staged.Count == 0)
            return null;
        var last = await trail.AsNoTracking()
            .OrderByDescending(entry => entry.Sequence)
            .Select(entry => new { entry.Sequence, entry.Hash })
            .FirstOrDefaultAsync(ct);
        var (sequence, hash) = (last?.Sequence ?? 0, last?.Hash ?? ChainedEntry.Genesis);
        var first = sequence + 1;
        var names = new Dictionary<AuditAuthor, string>();
        foreach (var entry in staged)
        {
            var author = new AuditAuthor(entry.Entity.ActorId, (entry.Entity as AuditEntry)?.KeyId);
            // Who works at a shell has no account, and is named when the line is staged.
            var name = author.User == default ? entry.Entity.ActorName : names.GetValueOrDefault(author) ?? (names[author] = await NameAsync(context, author, ct));
            // The number is part of the key, and a tracked key does not change.
            entry.State = EntityState.Detached;
            entry.Entity.Chain(++sequence, hash, name);
            hash = entry.Entity.Hash;
        }

        context.AddRange(staged.Select(entry => entry.Entity));
        return first;
    }

    private static async Task<string> NameAsync(PortalDbContext context, AuditAuthor author, CancellationToken ct)
    {
        if (author.Key is { } id)
            return await context.ApiKeys.AsNoTracking().Where(key => key.Id == id).Select(key => "API key " + key.Name).FirstOrDefaultAsync(ct) ?? "API key";
        var user = context.Users.Local.FirstOrDefault(u => u.Id == author.User.Value)
            ?? await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == author.User.Value, ct);
        return user is null ? "" : $"{user.DisplayName} ({user.Email})";
    }
}
