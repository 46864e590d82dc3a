using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using FewShotAD.TestKit;

namespace FewShotAD.Infrastructure.Tests.Storage;

/// <summary>
/// The storage emulator as a child process on a free port of this machine. Installed from npm on first use, into a folder
/// beside the build output that is not part of the repository.
/// </summary>
public sealed class AzuriteServer : IAsyncLifetime
{
    // A later one needs Node 22.
    private const string Version = "3.35.0";

    private const string Account = "devaccount";

    private const string WithoutNpm =
        $"These tests need the storage emulator. Install Node 20 with npm, or put azurite {Version} into the folder named by FEWSHOTAD_AZURITE "
        + $"(npm install --prefix FOLDER --ignore-scripts azurite@{Version}).";

    // Made up for each run: even an emulator's key is not written down.
    private readonly string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));

    private Process? process;
    private string? data;

    public string ConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var script = await InstallAsync();
        data = Directory.CreateTempSubdirectory("fewshotad-azurite-").FullName;
        var port = FreePort();
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{key}";
        foreach (var argument in new[]
        {
            script, "--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--location", data, "--skipApiVersionCheck", "--disableTelemetry", "--silent",
        })
            start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await WaitForPortAsync(port);
        ConnectionString =
            $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};BlobEndpoint=http://127.0.0.1:{port}/{Account};";
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        if (data is not null)
            Directory.Delete(data, recursive: true);
    }

    private static async Task<string> InstallAsync()
    {
        var named = Environment.GetEnvironmentVariable("FEWSHOTAD_AZURITE");
        var folder = string.IsNullOrEmpty(named) ? Path.Combine(SharedFiles.RepositoryRoot, ".npm-assets", "test-tools", $"azurite-{Version}") : named;
        var script = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "blob", "main.js");
        if (File.Exists(script))
            return script;
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo("npm") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", $"azurite@{Version}" })
            start.ArgumentList.Add(argument);
        try
        {
            using var npm = Process.Start(start)!;
            var said = await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
            await npm.WaitForExitAsync();
            return File.Exists(script) ? script : throw new InvalidOperationException($"{WithoutNpm} npm said: {string.Concat(said)}");
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
