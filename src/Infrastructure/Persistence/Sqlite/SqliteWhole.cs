using System.Data.Common;
using FewShotAD.Infrastructure.Backups;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Persistence.Sqlite;

/// <summary>All of a SQLite file at once.</summary>
internal sealed class SqliteWhole : IWholeDatabase
{
    /// <remarks>Deferred, so that it takes no writer's lock: with a write-ahead log a reader sees the file as it was at its first look.</remarks>
    public async Task<DbTransaction> ReadOneMomentAsync(DbConnection open, CancellationToken ct)
    {
        var moment = ((SqliteConnection)open).BeginTransaction(deferred: true);
        await RunAsync(moment, "SELECT COUNT(*) FROM sqlite_master", ct);
        return moment;
    }

    public async Task<DbTransaction> BeginFillingAsync(PortalDbContext context, IReadOnlyList<TableLayout> tables, CancellationToken ct)
    {
        // Immediate: the only writer from here on.
        var filling = ((SqliteConnection)context.Database.GetDbConnection()).BeginTransaction();
        await context.Database.UseTransactionAsync(filling, ct);
        await ListingTriggers.DropAsync(context, ct);
        await RunAsync(filling, "PRAGMA defer_foreign_keys = ON", ct);
        return filling;
    }

    public Task EndFillingAsync(PortalDbContext context, DbTransaction filling, IReadOnlyList<TableLayout> tables, CancellationToken ct) =>
        ListingTriggers.CreateAsync(context, ct);

    public async Task<string?> CheckAsync(DbConnection open, CancellationToken ct)
    {
        await using var command = open.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        command.CommandTimeout = 0;
        return await command.ExecuteScalarAsync(ct) is "ok" ? null : $"{await command.ExecuteScalarAsync(ct)}";
    }

    private static async Task RunAsync(DbTransaction transaction, string text, CancellationToken ct)
    {
        await using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // from the constants above
        command.CommandText = text;
#pragma warning restore CA2100
        await command.ExecuteScalarAsync(ct);
    }
}
