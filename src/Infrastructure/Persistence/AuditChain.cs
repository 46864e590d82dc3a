using FewShotAD.Domain.Auditing;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Persistence;

/// <summary>Gives staged audit entries their place at the end of the team's chain and writes them with the change they describe.</summary>
internal static class AuditChain
{
    public static bool IsStaged(PortalDbContext context) => context.ChangeTracker.Entries<AuditEntry>().Any(e => e.State == EntityState.Added);

    /// <summary>
    /// Within a transaction that holds the team's row: nobody comes between the last entry that is read and the next that is written.
    /// </summary>
    public static async Task<int> SaveAsync(PortalDbContext context, Func<CancellationToken, Task<int>> save, CancellationToken ct)
    {
        await using var transaction = context.Database.CurrentTransaction is null ? await context.Database.BeginTransactionAsync(ct) : null;
        // A row that is set to what it is stays as it is, and is locked.
        await context.Tenants.ExecuteUpdateAsync(team => team.SetProperty(row => row.RosterVersion, row => row.RosterVersion), ct);
        await AppendAsync(context, ct);
        var written = await save(ct);
        if (transaction is not null)
            await transaction.CommitAsync(ct);
        return written;
    }

    private static async Task AppendAsync(PortalDbContext context, CancellationToken ct)
    {
        var last = await context.Audit.AsNoTracking()
            .OrderByDescending(entry => entry.Sequence)
            .Select(entry => new { entry.Sequence, entry.Hash })
            .FirstOrDefaultAsync(ct);
        var (sequence, hash) = (last?.Sequence ?? 0, last?.Hash ?? AuditEntry.Genesis);
        var staged = context.ChangeTracker.Entries<AuditEntry>().Where(e => e.State == EntityState.Added).ToList();
        var names = new Dictionary<AuditAuthor, string>();
        foreach (var entry in staged)
        {
            var author = new AuditAuthor(entry.Entity.ActorId, entry.Entity.KeyId);
            if (!names.ContainsKey(author))
                names[author] = await NameAsync(context, author, ct);
            // The number is part of the key, and a tracked key does not change.
            entry.State = EntityState.Detached;
            entry.Entity.Chain(++sequence, hash, names[author]);
            hash = entry.Entity.Hash;
        }

        context.AddRange(staged.Select(entry => entry.Entity));
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
