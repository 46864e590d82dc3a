using FewShotAD.TestKit;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>
/// Rows by the ten thousand, one for each number n, written by the database itself in the words of the product under test: the model's own
/// code would take minutes.
/// </summary>
internal static class WrittenRows
{
    /// <summary>A number with zeros in front.</summary>
    public static string Padded(string number, int digits) =>
        DatabaseUnderTest.IsPostgres ? $"lpad(CAST({number} AS text), {digits}, '0')" : $"printf('%0{digits}d', {number})";

    /// <inheritdoc cref="Padded"/>
    public static string Hex(string number, int digits) =>
        DatabaseUnderTest.IsPostgres ? $"lpad(to_hex({number}), {digits}, '0')" : $"printf('%0{digits}x', {number})";

    /// <param name="text">An expression that gives an id's 36 signs.</param>
    public static string Id(string text) => DatabaseUnderTest.IsPostgres ? $"CAST({text} AS uuid)" : $"upper({text})";

    public static string Id(Guid id) => Id($"'{id:D}'");

    /// <param name="numbers">The first n, its step, and the first that is too large.</param>
    /// <param name="values">An expression with n for each column; in the other ones stands what <paramref name="copied"/> has.</param>
    /// <param name="copied">The row that the others are copies of; null where the values are all that a row has.</param>
    public static async Task WriteAsync(
        DbContext context, string table, (int First, int Step, int End) numbers, Dictionary<string, string> values, Guid? copied, CancellationToken ct)
    {
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandTimeout = 0;
        var columns = values.Keys.ToList();
        if (copied is not null)
        {
            command.CommandText = $"""SELECT * FROM "{table}" LIMIT 0""";
            await using var none = await command.ExecuteReaderAsync(ct);
            columns = [.. Enumerable.Range(0, none.FieldCount).Select(none.GetName)];
        }

        Assert.All(values.Keys, name => Assert.Contains(name, columns));
        var from = copied is { } row ? $"""FROM numbers, "{table}" t WHERE t."Id" = {Id(row)}""" : "FROM numbers";
        command.CommandText = $"""
            WITH RECURSIVE numbers(n) AS (SELECT CAST({numbers.First} AS bigint) UNION ALL SELECT n + {numbers.Step} FROM numbers WHERE n < {numbers.End - numbers.Step})
            INSERT INTO "{table}" ({string.Join(", ", columns.Select(name => $"\"{name}\""))})
            SELECT {string.Join(", ", columns.Select(name => values.GetValueOrDefault(name) ?? $"t.\"{name}\""))} {from}
            """;
        Assert.Equal((numbers.End - numbers.First + numbers.Step - 1) / numbers.Step, await command.ExecuteNonQueryAsync(ct));
        if (!DatabaseUnderTest.IsPostgres)
            return;
        // As the server does by itself within a minute; rows do not come as fast at work.
        command.CommandText = $"""ANALYZE "{table}" """;
        await command.ExecuteNonQueryAsync(ct);
    }
}
