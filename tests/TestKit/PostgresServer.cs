using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FewShotAD.TestKit;

/// <summary>
/// A PostgreSQL server of its own as a child process on a free port of this machine. It ends with its standard input, and so with
/// the process that started it, however that ends, and leaves nothing behind.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Missing =
        "These tests need PostgreSQL (on Debian: apt-get install postgresql), or FEWSHOTAD_POSTGRES_BIN naming the folder that holds initdb and postgres.";

    // Crashes of the machine lose nothing worth keeping here. The locale is a language's on purpose: what depends on it must not go unseen.
    private const string Script = """
        set -e
        [ -d "$2/data" ] || "$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en --no-sync >"$2/initdb.log"
        "$1/postgres" -D "$2/data" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off \
          -c full_page_writes=off -c max_connections=300 2>"$2/server.log" &
        server=$!
        cat >/dev/null
        kill -INT $server
        wait $server || true
        [ -e "$2/stopped" ] || rm -rf "$2"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("fewshotad-postgres-").FullName;
    private Process? process;

    private PostgresServer() => Port = FreePort();

    private static bool IsRoot => Environment.UserName == "root";

    public int Port { get; }

    private string Stopped => Path.Combine(folder, "stopped");

    /// <summary>How to reach a database of the server, in Npgsql's words.</summary>
    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Include Error Detail=true";

    public static async Task<PostgresServer> StartAsync(CancellationToken ct)
    {
        var server = new PostgresServer();
        try
        {
            if (IsRoot)
            {
                using var give = Process.Start("chown", ["postgres", server.folder]);
                await give.WaitForExitAsync(ct);
            }

            await server.LaunchAsync(ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again on what it has kept, at the same port.</summary>
    public async Task LaunchAsync(CancellationToken ct)
    {
        var programs = Environment.GetEnvironmentVariable("FEWSHOTAD_POSTGRES_BIN") ?? Newest();
        // The server refuses to run as root; Debian's package has made a user for it.
        var start = new ProcessStartInfo(IsRoot ? "runuser" : "sh") { RedirectStandardInput = true };
        string[] command = ["-c", Script, "sh", programs, folder, $"{Port}"];
        foreach (var argument in IsRoot ? ["-u", "postgres", "--", "sh", .. command] : command)
            start.ArgumentList.Add(argument);
        // What it said in an earlier life would be taken for this one's.
        File.Delete(Path.Combine(folder, "server.log"));
        File.Delete(Stopped);
        process = Process.Start(start)!;
        await IsReadyAsync(ct);
    }

    /// <summary>Stops it as an administrator does: who is connected is cut off.</summary>
    public async Task StopAsync()
    {
        if (process is null)
            return;
        await File.WriteAllTextAsync(Stopped, "Kept for the next start.");
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task IsReadyAsync(CancellationToken ct)
    {
        var log = Path.Combine(folder, "server.log");
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience && !process!.HasExited; await Task.Delay(50, ct))
        {
            if (File.Exists(log) && (await File.ReadAllTextAsync(log, ct)).Contains("ready to accept connections", StringComparison.Ordinal))
                return;
        }

        throw new InvalidOperationException($"PostgreSQL did not start. {Missing}\n{(File.Exists(log) ? await File.ReadAllTextAsync(log, ct) : "")}");
    }

    private static string Newest()
    {
        const string root = "/usr/lib/postgresql";
        var versions = Directory.Exists(root) ? Directory.GetDirectories(root).OrderByDescending(path => int.TryParse(Path.GetFileName(path), out var v) ? v : 0) : Enumerable.Empty<string>();
        return versions.Select(path => Path.Combine(path, "bin")).FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")))
            ?? throw new FileNotFoundException(Missing);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
