using System.Security.Cryptography;
using System.Text;

namespace FewShotAD.TestKit;

/// <summary>Which database product the tests of this process run on: SQLite, or PostgreSQL where FEWSHOTAD_DATABASE says so.</summary>
public static class DatabaseUnderTest
{
    private static readonly Lazy<Task<PostgresServer>> Server = new(() => PostgresServer.StartAsync(CancellationToken.None));

    public static bool IsPostgres { get; } = Environment.GetEnvironmentVariable("FEWSHOTAD_DATABASE") switch
    {
        null or "" or "Sqlite" => false,
        "PostgreSql" => true,
        var other => throw new InvalidOperationException($"FEWSHOTAD_DATABASE is “{other}”; it may be Sqlite or PostgreSql."),
    };

    /// <summary>The settings of an installation over <paramref name="folder"/>; one folder always has the same database.</summary>
    public static async Task<Dictionary<string, string?>> SettingsAsync(string folder) => IsPostgres
        ? new() { ["Database:Provider"] = "PostgreSql", ["Database:ConnectionString"] = await ConnectionStringAsync(NameOf(folder)) }
        : [];

    /// <summary>PostgreSQL only.</summary>
    public static async Task<string> ConnectionStringAsync(string database) => (await Server.Value).ConnectionString(database);

    public static string NameOf(string folder) => $"t{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(folder))))[..24]}";
}
