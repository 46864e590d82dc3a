using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace FewShotAD.TestKit;

/// <summary>
/// The storage emulator as a child process on a free port of this machine. Installed from npm on first use, into a folder
/// beside the build output that is not part of the repository.
/// </summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    // A later one needs Node 22.
    private const string Version = "3.35.0";

    private const string Account = "devaccount";

    private const string WithoutNpm =
        $"These tests need the storage emulator. Install Node 20 with npm, or put azurite {Version} into the folder named by FEWSHOTAD_AZURITE "
        + $"(npm install --prefix FOLDER --ignore-scripts azurite@{Version}).";

    private static readonly string Script = Path.Combine("node_modules", "azurite", "dist", "src", "blob", "main.js");

    // Made up for each run: even an emulator's key is not written down.
    private readonly string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));

    private readonly string data = Directory.CreateTempSubdirectory("fewshotad-azurite-").FullName;
    private Process? process;

    private AzuriteServer() => Port = FreePort();

    public int Port { get; }

    public string ConnectionString => ConnectionStringBy(Port);

    public static async Task<AzuriteServer> StartAsync()
    {
        var server = new AzuriteServer();
        try
        {
            await server.LaunchAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same account by another port of this machine: through something that listens there and passes on.</summary>
    public string ConnectionStringBy(int port) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};BlobEndpoint=http://127.0.0.1:{port}/{Account};";

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(data, recursive: true);
    }

    private async Task LaunchAsync()
    {
        var script = await InstallAsync();
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{key}";
        foreach (var argument in new[]
        {
            script, "--blobHost", "127.0.0.1", "--blobPort", $"{Port}", "--location", data, "--skipApiVersionCheck", "--disableTelemetry", "--silent",
        })
            start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await WaitForPortAsync(Port);
    }

    private static async Task<string> InstallAsync()
    {
        var named = Environment.GetEnvironmentVariable("FEWSHOTAD_AZURITE");
        var folder = string.IsNullOrEmpty(named) ? Path.Combine(SharedFiles.RepositoryRoot, ".npm-assets", "test-tools", $"azurite-{Version}") : named;
        var script = Path.Combine(folder, Script);
        if (File.Exists(script))
            return script;
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        // Suites that run side by side want it at once: one of them installs, and beside its place, so that what is there is whole.
        await using var turn = await TurnAsync($"{folder}.lock");
        if (File.Exists(script))
            return script;
        var making = $"{folder}.{Guid.NewGuid():N}";
        try
        {
            await NpmAsync(making);
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            Directory.Move(making, folder);
        }
        finally
        {
            if (Directory.Exists(making))
                Directory.Delete(making, recursive: true);
        }

        return script;
    }

    private static async Task<FileStream> TurnAsync(string path)
    {
        for (var since = TimeProvider.System.GetTimestamp(); ; await Task.Delay(200))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromMinutes(5))
            {
                // Another suite installs.
            }
        }
    }

    private static async Task NpmAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo("npm") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", $"azurite@{Version}" })
            start.ArgumentList.Add(argument);
        try
        {
            using var npm = Process.Start(start)!;
            var said = await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
            await npm.WaitForExitAsync();
            if (!File.Exists(Path.Combine(folder, Script)))
                throw new InvalidOperationException($"{WithoutNpm} npm said: {string.Concat(said)}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException(WithoutNpm, e);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitForPortAsync(int port)
    {
        for (var i = 0; i < 300; i++)
        {
            if (process!.HasExited)
                throw new InvalidOperationException($"The storage emulator ended with code {process.ExitCode} before it listened.");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(100);
            }
        }

        throw new TimeoutException("The storage emulator did not listen within 30 seconds.");
    }
}
