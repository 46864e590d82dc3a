using FewShotAD.TestKit;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace FewShotAD.Infrastructure.Tests.Support;

/// <summary>The database of one installation. Migrating takes a while and always gives the same: done once, copied for each test.</summary>
internal static class TestDatabase
{
    private const string Template = "template_of_tests";

    public static string FileOf(string folder) => Path.Combine(folder, "portal.db");

    /// <summary>Keeps the migrated database of <paramref name="folder"/> as what all others begin with.</summary>
    public static async Task<byte[]> KeepAsync(string folder)
    {
        SqliteConnection.ClearAllPools();
        if (!DatabaseUnderTest.IsPostgres)
            return await File.ReadAllBytesAsync(FileOf(folder));
        NpgsqlConnection.ClearAllPools();
        await AdministerAsync($"ALTER DATABASE {DatabaseUnderTest.NameOf(folder)} RENAME TO {Template}");
        return [];
    }

    public static Task CopyAsync(byte[] template, string folder) => DatabaseUnderTest.IsPostgres
        ? AdministerAsync($"CREATE DATABASE {DatabaseUnderTest.NameOf(folder)} TEMPLATE {Template} STRATEGY FILE_COPY")
        : File.WriteAllBytesAsync(FileOf(folder), template);

    public static async Task DropAsync(string folder)
    {
        if (!DatabaseUnderTest.IsPostgres)
            return;
        await using (var connection = new NpgsqlConnection(await DatabaseUnderTest.ConnectionStringAsync(DatabaseUnderTest.NameOf(folder))))
            NpgsqlConnection.ClearPool(connection);
        await AdministerAsync($"DROP DATABASE IF EXISTS {DatabaseUnderTest.NameOf(folder)} WITH (FORCE)");
    }

    private static async Task AdministerAsync(string command)
    {
        await using var connection = new NpgsqlConnection(await DatabaseUnderTest.ConnectionStringAsync("postgres"));
        await connection.OpenAsync();
#pragma warning disable CA2100 // made of names from here
        await using var text = new NpgsqlCommand(command, connection);
#pragma warning restore CA2100
        await text.ExecuteNonQueryAsync();
    }
}
