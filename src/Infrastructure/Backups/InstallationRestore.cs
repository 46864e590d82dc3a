using System.Data.Common;
using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Backups;

/// <param name="Backup">Which one it was.</param>
/// <param name="Lost">Blobs that the backup itself was made without.</param>
public sealed record RestoreReport(string Backup, DateTimeOffset TakenAt, int Tables, long Rows, int Keys, long Blobs, int AlreadyThere, IReadOnlyList<string> Lost);

/// <summary>
/// Fills an empty installation from a backup, of either database product into either. Everything is looked at before anything is written; blobs
/// come first, which alone mean nothing, and all rows come in one transaction. What was being worked on finds its worker gone, as after any crash.
/// </summary>
public sealed class InstallationRestore
{
    private readonly IPortalContexts contexts;
    private readonly IBlobStore blobs;
    private readonly KeyRing keys;
    private readonly DataPaths paths;
    private readonly IOptions<DatabaseOptions> database;
    private readonly TimeProvider time;

    internal InstallationRestore(IPortalContexts contexts, IBlobStore blobs, KeyRing keys, DataPaths paths, IOptions<DatabaseOptions> database, TimeProvider time) =>
        (this.contexts, this.blobs, this.keys, this.paths, this.database, this.time) = (contexts, blobs, keys, paths, database, time);

    /// <param name="folder">Of backups, for the newest of them, or of one.</param>
    public async Task<Result<RestoreReport>> RunAsync(string folder, CancellationToken ct)
    {
        using var held = DataDirectoryLock.TryTake(paths);
        if (held is null)
            return new PortalRuns(paths.Root);
        var opened = await StoredBackup.OpenAsync(folder, time, ct);
        if (!opened.Succeeded)
            return opened.Error;
        var backup = opened.Value;
        await using var context = contexts.Create(default);
        var tables = TableLayout.Of(context.Model);
        if (SchemaPresence.Accepts(backup.Manifest, database.Value.Provider, tables).Error is { } unfit)
            return unfit;
        await context.Database.OpenConnectionAsync(ct);
        // Where nodes share a database, a data directory that is free says nothing of the others.
        var recently = time.GetUtcNow() - WorkerNode.Patience;
        if (database.Value.Provider == DatabaseProvider.PostgreSql
            && await context.WorkerNodes.AsNoTracking().Where(node => node.SeenAt > recently).Select(node => node.Node).FirstOrDefaultAsync(ct) is { } node)
            return new PortalRuns($"the database, as node {node}; one that has just been stopped is forgotten within a minute");
        if (await WhatIsThereAsync(context.Database.GetDbConnection(), null, tables, ct) is { } there)
            return new NotEmpty(there);
        await foreach (var problem in backup.CheckAsync(ct))
            return new BackupNotWhole(problem);
        if (blobs is AzureBlobStore azure)
            await azure.CreateContainerAsync(ct);
        var (count, old) = await BlobsAsync(backup, ct);
        try
        {
            var filled = await FillAsync(context, backup, tables, ct);
            return filled.Succeeded
                ? new RestoreReport(
                    backup.Folder, backup.Manifest.TakenAt, backup.Manifest.Tables.Count, backup.Manifest.Rows, backup.Manifest.Keys.Count,
                    count, old, [.. backup.Manifest.Missing, .. backup.Manifest.Damaged])
                : filled.Error;
        }
        catch (Exception e) when (e is DbException or FormatException or InvalidDataException)
        {
            // Its hashes are right: it was made so. The transaction has taken back what was written of it.
            return new BackupNotWhole($"its rows do not fit together ({e.Message})");
        }
    }

    /// <summary>Whoever reads them hashes them on the way; those that an interrupted restore brought are there.</summary>
    private async Task<(long Count, int AlreadyThere)> BlobsAsync(StoredBackup backup, CancellationToken ct)
    {
        var (count, old) = (0L, 0);
        await foreach (var (key, _) in BlobList.ReadAsync(backup.PathOf(backup.Manifest.Blobs), ct))
        {
            count++;
            var outcome = await BlobCopy.OneAsync(backup.Blobs, blobs, key, ct);
            if (outcome.Was is BlobCopied.Gone or BlobCopied.Damaged)
                throw new IOException($"{key} was whole in the backup a moment ago and could not be copied. Look after the disk; nothing was restored.");
            old += outcome.Was == BlobCopied.AlreadyThere ? 1 : 0;
        }

        return (count, old);
    }

    private async Task<Result> FillAsync(PortalDbContext context, StoredBackup backup, IReadOnlyList<TableLayout> tables, CancellationToken ct)
    {
        await using var filling = await contexts.Whole.BeginFillingAsync(context, tables, ct);
        // Again, where nobody can write any more.
        if (await WhatIsThereAsync(filling.Connection!, filling, tables, ct) is { } there)
            return new NotEmpty(there);
        foreach (var table in tables.Where(table => table.IsFilledByItself))
            await RunAsync(filling.Connection!, filling, $"DELETE FROM {TableLayout.Quote(table.Name)}", ct);
        // In the order of this program's tables, whatever the backup's.
        foreach (var table in tables)
        {
            if (backup.Manifest.Tables.FirstOrDefault(t => t.Name == table.Name) is not { } taken)
                continue;
            await TableLoad.LoadAsync(filling, backup.Folder, taken, ct);
            var rows = await RunAsync(filling.Connection!, filling, $"SELECT COUNT(*) FROM {TableLayout.Quote(table.Name)}", ct);
            if (Convert.ToInt64(rows, CultureInfo.InvariantCulture) != taken.Rows)
                throw new FormatException($"{table.Name} has {rows} rows of {taken.Rows}");
        }

        await contexts.Whole.EndFillingAsync(context, filling, tables, ct);
        var ring = new List<(string, string)>();
        foreach (var key in backup.Manifest.Keys)
            ring.Add((Path.GetFileNameWithoutExtension(key.Name), await File.ReadAllTextAsync(backup.PathOf(key), ct)));
        await keys.AddAsync(context, ring, ct);
        await filling.CommitAsync(ct);
        return Result.Ok;
    }

    /// <summary>Rows that somebody's use has made; null when there are none.</summary>
    private static async Task<string?> WhatIsThereAsync(DbConnection open, DbTransaction? transaction, IReadOnlyList<TableLayout> tables, CancellationToken ct)
    {
        foreach (var table in tables.Where(table => !table.IsFilledByItself))
        {
            if (await RunAsync(open, transaction, $"SELECT 1 FROM {TableLayout.Quote(table.Name)} LIMIT 1", ct) is not null)
                return $"there are rows in {table.Name}";
        }

        return null;
    }

    private static async Task<object?> RunAsync(DbConnection open, DbTransaction? transaction, string text, CancellationToken ct)
    {
        await using var command = open.CreateCommand();
        command.Transaction = transaction;
        command.CommandTimeout = 0;
#pragma warning disable CA2100 // names of the model
        command.CommandText = text;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(ct);
    }
}
