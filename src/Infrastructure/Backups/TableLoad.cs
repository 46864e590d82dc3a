using System.Data.Common;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace FewShotAD.Infrastructure.Backups;

/// <summary>Puts the rows of a backup into a table; memory holds a handful of them.</summary>
internal static class TableLoad
{
    private const int MostRows = 200;
    private const int MostValues = 2_000;

    /// <summary>Rows of snapshots can have megabytes each.</summary>
    private const int MostCharacters = 1_000_000;

    /// <exception cref="FormatException">A line is not a row of the table.</exception>
    public static async Task LoadAsync(DbTransaction filling, string folder, BackupTable table, CancellationToken ct)
    {
        var most = Math.Clamp(MostValues / table.Columns.Count, 1, MostRows);
        await using var full = Insert(filling, table, most);
        var rows = new List<object?[]>(most);
        var characters = 0;
        await foreach (var line in LinesAsync(folder, table, ct))
        {
            rows.Add(Parse(table, line));
            characters += line.Length;
            if (rows.Count < most && characters < MostCharacters)
                continue;
            await InsertAsync(filling, table, rows, full, ct);
            characters = 0;
        }

        await InsertAsync(filling, table, rows, full, ct);
    }

    public static async IAsyncEnumerable<string> LinesAsync(string folder, BackupTable table, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var file = File.OpenRead(BackupFolder.PathOf(folder, table.File.Name));
        await using var zip = new GZipStream(file, CompressionMode.Decompress);
        using var reader = new StreamReader(zip);
        while (await reader.ReadLineAsync(ct) is { } line)
            yield return line;
    }

    public static object?[] Parse(BackupTable table, string line)
    {
        try
        {
            using var row = JsonDocument.Parse(line);
            if (row.RootElement.GetArrayLength() != table.Columns.Count)
                throw new FormatException($"A row of {table.Name} has {row.RootElement.GetArrayLength()} values for {table.Columns.Count} columns.");
            return [.. row.RootElement.EnumerateArray().Select((value, place) => RowText.Read(value, table.Columns[place].Kind))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"A line of {table.Name} is no row.", e);
        }
    }

    /// <summary>Writes the rows and forgets them.</summary>
    private static async Task InsertAsync(DbTransaction filling, BackupTable table, List<object?[]> rows, DbCommand full, CancellationToken ct)
    {
        if (rows.Count == 0)
            return;
        var values = rows.SelectMany(row => row).ToList();
        await using var other = values.Count == full.Parameters.Count ? null : Insert(filling, table, rows.Count);
        var insert = other ?? full;
        for (var place = 0; place < values.Count; place++)
            insert.Parameters[place].Value = values[place] ?? DBNull.Value;
        await insert.ExecuteNonQueryAsync(ct);
        rows.Clear();
    }

    private static DbCommand Insert(DbTransaction filling, BackupTable table, int rows)
    {
        var command = filling.Connection!.CreateCommand();
        command.Transaction = filling;
        command.CommandTimeout = 0;
        var places = Enumerable.Range(0, rows).Select(row => $"({string.Join(", ", table.Columns.Select((_, column) => $"@p{(row * table.Columns.Count) + column}"))})");
#pragma warning disable CA2100 // names that were looked up in the model
        command.CommandText = $"INSERT INTO {TableLayout.Quote(table.Name)} ({TableLayout.Quote(table.Columns.Select(column => column.Name))}) VALUES {string.Join(", ", places)}";
#pragma warning restore CA2100
        for (var place = 0; place < rows * table.Columns.Count; place++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{place}";
            parameter.DbType = RowText.TypeOf(table.Columns[place % table.Columns.Count].Kind);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
