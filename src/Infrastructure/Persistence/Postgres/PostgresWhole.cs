using System.Data;
using System.Data.Common;
using FewShotAD.Infrastructure.Backups;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Persistence.Postgres;

/// <summary>All of a PostgreSQL database at once. What it changes of tables is part of its transaction, and takes being their owner, no more.</summary>
internal sealed class PostgresWhole : IWholeDatabase
{
    public async Task<DbTransaction> ReadOneMomentAsync(DbConnection open, CancellationToken ct)
    {
        var moment = await open.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await RunAsync(moment, "SET TRANSACTION READ ONLY", ct);
        return moment;
    }

    public async Task<DbTransaction> BeginFillingAsync(PortalDbContext context, IReadOnlyList<TableLayout> tables, CancellationToken ct)
    {
        var filling = await context.Database.GetDbConnection().BeginTransactionAsync(ct);
        await context.Database.UseTransactionAsync(filling, ct);
        await RunAsync(filling, $"LOCK TABLE {TableLayout.Quote(tables.Select(table => table.Name))} IN ACCESS EXCLUSIVE MODE", ct);
        foreach (var table in tables)
            await RunAsync(filling, $"ALTER TABLE {TableLayout.Quote(table.Name)} DISABLE TRIGGER USER", ct);
        await DeferAsync(filling, tables, "DEFERRABLE INITIALLY DEFERRED", ct);
        return filling;
    }

    public async Task EndFillingAsync(PortalDbContext context, DbTransaction filling, IReadOnlyList<TableLayout> tables, CancellationToken ct)
    {
        // Looked at now: a table whose references wait to be looked at cannot be altered.
        await RunAsync(filling, "SET CONSTRAINTS ALL IMMEDIATE", ct);
        await DeferAsync(filling, tables, "NOT DEFERRABLE", ct);
        foreach (var table in tables)
            await RunAsync(filling, $"ALTER TABLE {TableLayout.Quote(table.Name)} ENABLE TRIGGER USER", ct);
        // The server counts its rows now and then; until then it would take these for a handful, and go through all of them for each.
        await RunAsync(filling, $"ANALYZE {TableLayout.Quote(tables.Select(table => table.Name))}", ct);
        // Rows brought their numbers along, and the database counts from one still.
        await RunAsync(
            filling,
            """
            DO $$ DECLARE given record; BEGIN
                FOR given IN SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES' LOOP
                    EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, %L), COALESCE((SELECT MAX(%I) FROM %I), 0) + 1, false)',
                        quote_ident(given.t), given.c, given.c, given.t);
                END LOOP;
            END $$
            """,
            ct);
    }

    /// <remarks>Its own checks of pages are the server's affair (<c>data_checksums</c>); references are checked by the caller.</remarks>
    public Task<string?> CheckAsync(DbConnection open, CancellationToken ct) => Task.FromResult<string?>(null);

    private static async Task DeferAsync(DbTransaction filling, IReadOnlyList<TableLayout> tables, string how, CancellationToken ct)
    {
        foreach (var table in tables)
        {
            foreach (var reference in table.References.Where(reference => reference.IsForward))
                await RunAsync(filling, $"ALTER TABLE {TableLayout.Quote(table.Name)} ALTER CONSTRAINT {TableLayout.Quote(reference.Name)} {how}", ct);
        }
    }

    private static async Task RunAsync(DbTransaction transaction, string text, CancellationToken ct)
    {
        await using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandTimeout = 0;
#pragma warning disable CA2100 // names of the model
        command.CommandText = text;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
    }
}
