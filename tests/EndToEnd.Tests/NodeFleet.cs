using Npgsql;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>Several nodes of one installation as processes of this machine: one PostgreSQL server, one folder of blobs, a data directory for each.</summary>
public sealed class NodeFleet : IAsyncDisposable
{
    private readonly PostgresServer server;
    private readonly string blobs = Directory.CreateTempSubdirectory("fewshotad-fleet-").FullName;
    private readonly Dictionary<string, PortalProcess> nodes = [];

    private NodeFleet(PostgresServer server) => this.server = server;

    private string Connection => server.ConnectionString("fleet");

    public PortalProcess this[string name] => nodes[name];

    /// <param name="names">Each begins with its role: <c>web-1</c>, <c>worker-1</c>.</param>
    public static async Task<NodeFleet> StartAsync(CancellationToken ct, params string[] names)
    {
        var fleet = new NodeFleet(await PostgresServer.StartAsync(ct));
        try
        {
            // Together, as a platform would start them: each finds an empty database, and what it needs in it is made once.
            foreach (var name in names)
                fleet.nodes[name] = PortalProcess.Create(fleet.SettingsOf(name));
            await Task.WhenAll(fleet.nodes.Values.Select(node => node.LaunchAsync(ct)));
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>A line of words for each row.</summary>
    public async Task<IReadOnlyList<string[]>> ReadAsync(string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(Connection);
        await connection.OpenAsync(ct);
#pragma warning disable CA2100 // every text is a constant of a test
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<string[]>();
        while (await reader.ReadAsync(ct))
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => $"{reader.GetValue(column)}")]);
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes.Values)
            await node.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await server.DisposeAsync();
        Directory.Delete(blobs, recursive: true);
    }

    private Dictionary<string, string> SettingsOf(string name) => new()
    {
        ["Role"] = name.Split('-')[0],
        ["NodeName"] = name,
        ["Database__Provider"] = "PostgreSql",
        ["Database__ConnectionString"] = Connection,
        ["Blobs__Directory"] = blobs,
        ["Training__Threads"] = "1",
    };
}
