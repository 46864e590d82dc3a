using System.Data.Common;
using System.Globalization;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Persistence.Postgres;
using FewShotAD.Infrastructure.Persistence.Sqlite;
using FewShotAD.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FewShotAD.Infrastructure.Tests.Persistence;

/// <summary>
/// A node of the previous release as its database sees it: it names exactly the columns that its model had, in inserts, updates and selects.
/// The model is the one that its last migration was made with.
/// </summary>
internal sealed class PreviousRelease
{
    private static readonly DatabaseProvider Product = DatabaseUnderTest.IsPostgres ? DatabaseProvider.PostgreSql : DatabaseProvider.Sqlite;

    private readonly IReadOnlyList<ITable> tables;

    private PreviousRelease(IReadOnlyList<ITable> tables) => this.tables = tables;

    /// <summary>The tables and their columns, by name.</summary>
    public static IReadOnlyDictionary<string, string[]> Columns(DatabaseProvider provider)
    {
        IPortalContexts contexts = provider == DatabaseProvider.PostgreSql ? new PostgresContexts("Host=unused") : new SqliteContexts("unused.db");
        using var context = contexts.Create(default);
        return Tables(context, provider).ToDictionary(table => table.Name, table => table.Columns.Select(column => column.Name).Order(StringComparer.Ordinal).ToArray());
    }

    /// <summary>Makes the tables as the previous release had them, in an empty database.</summary>
    public static async Task<PreviousRelease> InstallAsync(PortalDbContext context, CancellationToken ct)
    {
        await context.GetService<IMigrator>().MigrateAsync(SchemaHistory.PreviousOf(Product), ct);
        return new PreviousRelease(Ordered(Tables(context, Product)));
    }

    /// <summary>A row in each table, those that are pointed to first.</summary>
    /// <param name="number">Makes the rows of one call differ from those of another.</param>
    public async Task InsertAsync(DbConnection connection, int number, CancellationToken ct)
    {
        foreach (var table in tables)
            await RunAsync(connection, $"INSERT INTO {Quote(table.Name)} ({Names(table.Columns)}) VALUES ({string.Join(", ", table.Columns.Select((_, place) => $"@p{place}"))})", table.Columns, number, ct);
    }

    /// <summary>Sets every column of the call's rows to what it is.</summary>
    public async Task UpdateAsync(DbConnection connection, int number, CancellationToken ct)
    {
        foreach (var table in tables)
        {
            var sets = string.Join(", ", table.Columns.Select((column, place) => $"{Quote(column.Name)} = @p{place}"));
            Assert.Equal(1, await RunAsync(connection, $"UPDATE {Quote(table.Name)} SET {sets} WHERE {Key(table)}", table.Columns, number, ct));
        }
    }

    /// <summary>How many rows there are that all columns can be read of.</summary>
    public async Task<IReadOnlyList<int>> CountAsync(DbConnection connection, CancellationToken ct)
    {
        var counts = new List<int>();
        foreach (var table in tables)
        {
            await using var command = Command(connection, $"SELECT {Names(table.Columns)} FROM {Quote(table.Name)}");
            await using var reader = await command.ExecuteReaderAsync(ct);
            var rows = 0;
            while (await reader.ReadAsync(ct))
                rows++;
            counts.Add(rows);
        }

        return counts;
    }

    public async Task DeleteAsync(DbConnection connection, int number, CancellationToken ct)
    {
        foreach (var table in tables.Reverse())
            await RunAsync(connection, $"DELETE FROM {Quote(table.Name)} WHERE {Key(table)}", table.Columns, number, ct);
    }

    private static IReadOnlyList<ITable> Tables(PortalDbContext context, DatabaseProvider provider)
    {
        var assembly = context.GetService<IMigrationsAssembly>();
        var last = assembly.CreateMigration(assembly.Migrations[SchemaHistory.PreviousOf(provider)], context.Database.ProviderName!);
        var model = context.GetService<IModelRuntimeInitializer>().Initialize(last.TargetModel, designTime: true, validationLogger: null);
        return [.. model.GetRelationalModel().Tables];
    }

    private static List<ITable> Ordered(IEnumerable<ITable> all)
    {
        var waiting = all.OrderBy(table => table.Name, StringComparer.Ordinal).ToList();
        var ordered = new List<ITable>();
        while (waiting.Count > 0)
        {
            var next = waiting.First(table => table.ForeignKeyConstraints.All(key => ordered.Contains(key.PrincipalTable) || key.Columns.Any(column => column.IsNullable)));
            waiting.Remove(next);
            ordered.Add(next);
        }

        return ordered;
    }

    private static async Task<int> RunAsync(DbConnection connection, string text, IEnumerable<IColumn> columns, int number, CancellationToken ct)
    {
        await using var command = Command(connection, text);
        foreach (var (column, place) in columns.Select((column, place) => (column, place)))
        {
            if (text.Contains($"@p{place}", StringComparison.Ordinal))
                command.Parameters.Add(column.StoreTypeMapping.CreateParameter(command, $"@p{place}", Value(column, number), nullable: true));
        }

        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Columns that point to a row have its key; others of a row differ from those of other rows, as unique ones must.</summary>
    private static object? Value(IColumn column, int number)
    {
        if (column.Table.ForeignKeyConstraints.Any(key => key.Columns.Contains(column) && key.Columns.Any(part => part.IsNullable)) && column.IsNullable)
            return null;
        var type = column.StoreTypeMapping.ClrType;
        return type switch
        {
            _ when type == typeof(Guid) => new Guid(number, 0, 0, new byte[8]),
            _ when type == typeof(string) => number.ToString(CultureInfo.InvariantCulture),
            _ when type == typeof(long) => (long)number,
            _ when type == typeof(int) => number,
            _ when type == typeof(double) => (double)number,
            _ when type == typeof(bool) => false,
            _ => throw new NotSupportedException($"No value for a {type.Name} in {column.Table.Name}.{column.Name}: add one."),
        };
    }

    private static string Key(ITable table) => string.Join(" AND ", table.PrimaryKey!.Columns.Select(column => $"{Quote(column.Name)} = @p{table.Columns.ToList().IndexOf(column)}"));

    private static string Names(IEnumerable<IColumn> columns) => string.Join(", ", columns.Select(column => Quote(column.Name)));

    private static string Quote(string name) => $"\"{name}\"";

    private static DbCommand Command(DbConnection connection, string text)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // names of a model
        command.CommandText = text;
#pragma warning restore CA2100
        return command;
    }
}
