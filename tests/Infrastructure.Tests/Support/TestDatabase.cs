using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Persistence.Postgres;
using FewShotAD.Infrastructure.Persistence.Sqlite;
using FewShotAD.TestKit;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace FewShotAD.Infrastructure.Tests.Support;

/// <summary>The database of one installation. Migrating takes a while and always gives the same: done once, copied for each test.</summary>
/// <remarks>The portal's tests are built with this file as well.</remarks>
internal static class TestDatabase
{
    private const string Template = "template_of_tests";

    private static readonly Lazy<Task<byte[]>> Migrated = new(MigrateAsync);

    public static string FileOf(string folder) => Path.Combine(folder, "portal.db");

    /// <summary>Gives the installation in <paramref name="folder"/> a database as a first start leaves it.</summary>
    public static async Task CopyAsync(string folder)
    {
        var template = await Migrated.Value;
        if (DatabaseUnderTest.IsPostgres)
            await AdministerAsync($"CREATE DATABASE {DatabaseUnderTest.NameOf(folder)} TEMPLATE {Template} STRATEGY FILE_COPY");
        else
            await File.WriteAllBytesAsync(FileOf(folder), template);
    }

    /// <summary>Connections to it end, so that a server of many tests keeps room.</summary>
    public static async Task DropAsync(string folder)
    {
        if (!DatabaseUnderTest.IsPostgres)
            return;
        await using (var connection = new NpgsqlConnection(await DatabaseUnderTest.ConnectionStringAsync(DatabaseUnderTest.NameOf(folder))))
            NpgsqlConnection.ClearPool(connection);
        await AdministerAsync($"DROP DATABASE IF EXISTS {DatabaseUnderTest.NameOf(folder)} WITH (FORCE)");
    }

    private static async Task<byte[]> MigrateAsync()
    {
        if (DatabaseUnderTest.IsPostgres)
        {
            var connection = await DatabaseUnderTest.ConnectionStringAsync(Template);
            await new PostgresContexts(connection).MigrateAsync(CancellationToken.None);
            // The queue's tables as well.
            QueueStorage.Open(new DatabaseOptions { Provider = DatabaseProvider.PostgreSql, ConnectionString = connection });
            NpgsqlConnection.ClearAllPools(); // nobody may be connected to what is copied
            return [];
        }

        var folder = Directory.CreateTempSubdirectory("fewshotad-template-").FullName;
        await new SqliteContexts(FileOf(folder)).MigrateAsync(CancellationToken.None);
        SqliteConnection.ClearAllPools(); // the last one writes all into the file
        var database = await File.ReadAllBytesAsync(FileOf(folder));
        Directory.Delete(folder, recursive: true);
        return database;
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
