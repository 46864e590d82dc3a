using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Backups;

/// <summary>Whether tables and program fit each other.</summary>
internal static class SchemaPresence
{
    /// <summary>Whether the database has the tables of this program: not those of an older one, and not those of a newer one.</summary>
    public static async Task<bool> IsPresentAsync(this IPortalContexts contexts, CancellationToken ct)
    {
        await using var context = contexts.Create(default);
        if (!await context.Database.CanConnectAsync(ct))
            return false;
        var applied = await context.Database.GetAppliedMigrationsAsync(ct);
        return applied.ToHashSet().SetEquals(context.Database.GetMigrations());
    }

    /// <summary>
    /// Whether a backup's rows fit this program's tables: they are of the same tables, or of those since the previous release, which only added.
    /// Columns that came since take what the database gives them.
    /// </summary>
    public static Result Accepts(BackupManifest backup, DatabaseProvider here, IReadOnlyList<TableLayout> tables)
    {
        if (backup.Format > BackupManifest.PresentFormat)
            return new BackupTooNew(backup.Version, "its format");
        if (backup.Migrations.FirstOrDefault(name => SchemaHistory.All.All(step => step.Name != name)) is { } unknown)
            return new BackupTooNew(backup.Version, $"its change “{unknown}” of the tables");
        if (!backup.Migrations.Contains(SchemaHistory.NameOf(SchemaHistory.PreviousOf(backup.Provider)))
            || SchemaHistory.Since(here).Any(step => step.IsContraction && !backup.Migrations.Contains(step.Name)))
            return new BackupTooOld(backup.Version);
        foreach (var table in backup.Tables)
        {
            var known = tables.FirstOrDefault(layout => layout.Name == table.Name);
            if (known is null)
                return new BackupTooNew(backup.Version, $"its table “{table.Name}”");
            if (table.Columns.FirstOrDefault(column => !known.Columns.Any(layout => (layout.Name, layout.Kind) == (column.Name, column.Kind))) is { } strange)
                return new BackupTooNew(backup.Version, $"its column “{table.Name}.{strange.Name}” of {strange.Kind}");
        }

        return Result.Ok;
    }
}
