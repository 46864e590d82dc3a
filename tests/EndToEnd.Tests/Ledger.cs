using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using Microsoft.Data.Sqlite;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>What a portal's database and blob folder hold, seen from outside.</summary>
public static class Ledger
{
    private static readonly (string Table, string Column)[] References =
    [
        ("Images", "Blobs_Original"), ("Images", "Blobs_View"), ("Images", "Blobs_Thumbnail"), ("Images", "Mask"), ("Images", "Ignore"),
        ("Annotations", "BaseMask"), ("Annotations", "Drawn"), ("IgnoreRegions", "Mask"),
        ("Models", "Bundle"), ("Registrations", "Bundle"), ("Results", "Map"), ("Results", "Heatmap"),
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
    public static IReadOnlyList<string> RunStates(PortalProcess portal) => Runs(portal, "Status");

    /// <summary>How all runs ended, oldest first: the state, and why where it says so.</summary>
    public static IReadOnlyList<string> RunEnds(PortalProcess portal) =>
        Runs(portal, "Status || COALESCE(': ' || FailureReason, '') || COALESCE(' ' || FailureDetails, '')");

    private static List<string> Runs(PortalProcess portal, string expression)
    {
        var states = new List<string>();
        using var connection = Open(portal);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // both expressions are constants above
        command.CommandText = $"SELECT {expression} FROM Runs ORDER BY Number";
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        while (reader.Read())
            states.Add(reader.GetString(0));
        return states;
    }

    /// <summary>A key of the portal's only team, beside the pages that make them, and its token.</summary>
    public static string AddKey(PortalProcess portal, TeamPermissions scopes)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(portal.DataDirectory, "portal.db")};Pooling=False;Default Timeout=30");
        connection.Open();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT TenantId, UserId FROM Memberships";
        using var reader = find.ExecuteReader();
        Assert.True(reader.Read(), "Nobody has registered.");
        var (tenant, user) = (new TenantId(reader.GetGuid(0)), new UserId(reader.GetGuid(1)));
        var now = TimeProvider.System.GetUtcNow();
        var (key, token) = ApiKey.Create(tenant, "End-to-end test", scopes, ApiKey.MaxRequestsPerMinute, expiresAt: null, user, now).Value;
        using var insert = connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO ApiKeys (TenantId, Id, Name, Start, TokenHash, Scopes, RequestsPerMinute, CreatedBy, CreatedAt)
            VALUES ($tenant, $id, $name, $start, $hash, $scopes, $rate, $by, $at)
            """;
        insert.Parameters.AddWithValue("$tenant", key.TenantId.Value);
        insert.Parameters.AddWithValue("$id", key.Id.Value);
        insert.Parameters.AddWithValue("$name", key.Name);
        insert.Parameters.AddWithValue("$start", key.Start);
        insert.Parameters.AddWithValue("$hash", key.TokenHash);
        insert.Parameters.AddWithValue("$scopes", key.Scopes.ToString());
        insert.Parameters.AddWithValue("$rate", key.RequestsPerMinute);
        insert.Parameters.AddWithValue("$by", key.CreatedBy.Value);
        insert.Parameters.AddWithValue("$at", now.UtcTicks);
        insert.ExecuteNonQuery();
        return token;
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
