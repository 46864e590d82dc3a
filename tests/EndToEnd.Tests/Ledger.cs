using Microsoft.Data.Sqlite;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>What a portal's database and blob folder hold, seen from outside.</summary>
public static class Ledger
{
    private static readonly (string Table, string Column)[] References =
    [
        ("Images", "Blobs_Original"), ("Images", "Blobs_View"), ("Images", "Blobs_Thumbnail"), ("Images", "Mask"),
        ("Models", "Bundle"), ("Results", "Map"), ("Results", "Heatmap"),
    ];

    public static HashSet<string> Referenced(PortalProcess portal)
    {
        var keys = new HashSet<string>();
        using var connection = Open(portal);
        foreach (var (table, column) in References)
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // both names are constants above
            command.CommandText = $"SELECT {column} FROM {table} WHERE {column} IS NOT NULL";
#pragma warning restore CA2100
            using var reader = command.ExecuteReader();
            while (reader.Read())
                keys.Add(reader.GetString(0));
        }

        return keys;
    }

    /// <summary>The states of all runs, oldest first.</summary>
    public static IReadOnlyList<string> RunStates(PortalProcess portal)
    {
        var states = new List<string>();
        using var connection = Open(portal);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT Status FROM Runs ORDER BY Number";
        using var reader = command.ExecuteReader();
        while (reader.Read())
            states.Add(reader.GetString(0));
        return states;
    }

    private static SqliteConnection Open(PortalProcess portal)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(portal.DataDirectory, "portal.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>What lies in the store: blobs, and anything half written.</summary>
    public static HashSet<string> Stored(PortalProcess portal)
    {
        var root = Path.Combine(portal.DataDirectory, "blobs");
        return [.. Directory.GetFiles(root, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))];
    }
}
