using Npgsql;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>
/// Several nodes of one installation as processes of this machine: one PostgreSQL server, a data directory for each, and a store of
/// blobs that all of them reach.
/// </summary>
public sealed class NodeFleet : IAsyncDisposable
{
    private readonly string blobs = Directory.CreateTempSubdirectory("fewshotad-fleet-").FullName;
    private readonly Dictionary<string, PortalProcess> nodes = [];
    private AzuriteServer? azurite;
    private LoopbackProxy? storage;
    private LoopbackProxy? front;

    private NodeFleet(PostgresServer database) => Database = database;

    public PostgresServer Database { get; }

    /// <summary>Of the proxy before the web nodes; only of a whole fleet.</summary>
    public Uri Url => front!.Url;

    /// <summary>Whether the storage account answers 503; only of a whole fleet.</summary>
    public bool StorageIsAway
    {
        set => storage!.IsAway = value;
    }

    private string Connection => Database.ConnectionString("fleet");

    public PortalProcess this[string name] => nodes[name];

    /// <summary>Nodes on a folder of blobs, each to be asked by its own address.</summary>
    /// <param name="names">Each begins with its role: <c>web-1</c>, <c>worker-1</c>.</param>
    public static Task<NodeFleet> StartAsync(CancellationToken ct, params string[] names) => StartAsync(isWhole: false, names, ct);

    /// <summary>Nodes on a storage account behind something that can say 503, and a proxy before the web nodes.</summary>
    public static Task<NodeFleet> StartWholeAsync(CancellationToken ct, params string[] names) => StartAsync(isWhole: true, names, ct);

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
        if (front is not null)
            await front.DisposeAsync();
        foreach (var node in nodes.Values)
            await node.DisposeAsync();
        if (storage is not null)
            await storage.DisposeAsync();
        if (azurite is not null)
            await azurite.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await Database.DisposeAsync();
        Directory.Delete(blobs, recursive: true);
    }

    private static async Task<NodeFleet> StartAsync(bool isWhole, string[] names, CancellationToken ct)
    {
        var fleet = new NodeFleet(await PostgresServer.StartAsync(ct));
        try
        {
            if (isWhole)
            {
                fleet.azurite = await AzuriteServer.StartAsync();
                fleet.storage = await LoopbackProxy.StartAsync([$"http://127.0.0.1:{fleet.azurite.Port}/"], ct);
            }

            // Together, as a platform would start them: each finds an empty database, and what it needs in it is made once.
            foreach (var name in names)
                fleet.nodes[name] = PortalProcess.Create(fleet.SettingsOf(name));
            await Task.WhenAll(fleet.nodes.Values.Select(node => node.LaunchAsync(ct)));
            if (isWhole)
                fleet.front = await LoopbackProxy.StartAsync([.. fleet.nodes.Where(node => node.Key.StartsWith("web", StringComparison.Ordinal)).Select(node => node.Value.Url)], ct);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    private Dictionary<string, string> SettingsOf(string name)
    {
        var settings = new Dictionary<string, string>
        {
            ["Role"] = name.Split('-')[0],
            ["NodeName"] = name,
            ["Database__Provider"] = "PostgreSql",
            ["Database__ConnectionString"] = Connection,
            ["Training__Threads"] = "1",
        };
        if (azurite is null)
        {
            settings["Blobs__Directory"] = blobs;
            return settings;
        }

        settings["Blobs__Provider"] = "Azure";
        settings["Blobs__Azure__ConnectionString"] = azurite.ConnectionStringBy(storage!.Url.Port);
        return settings;
    }
}
