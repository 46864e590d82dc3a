using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace FewShotAD.TestKit;

/// <summary>The real portal as a process of its own, on a data directory of its own, as a user would start it.</summary>
public sealed class PortalProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly List<string> output = [];
    private readonly Dictionary<string, string> settings;
    private Process? process;

    private PortalProcess(string data, int port, Dictionary<string, string> settings)
    {
        DataDirectory = data;
        Url = $"http://127.0.0.1:{port}";
        this.settings = settings;
    }

    /// <summary>The portal as it was built with these tests.</summary>
    public static string Program { get; } = Path.Combine(
        SharedFiles.RepositoryRoot, "src", "Portal", "bin",
        typeof(PortalProcess).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration, "net10.0", "FewShotAD.Portal.dll");

    public string DataDirectory { get; }

    public string Url { get; }

    /// <summary>From starting the process to the first answer of <c>/health/live</c>.</summary>
    public TimeSpan StartTime { get; private set; }

    public bool IsDisposed { get; private set; }

    public int Id => process!.Id;

    public string Output
    {
        get
        {
            lock (output)
                return string.Join('\n', output);
        }
    }

    /// <summary>Working set of the portal process in bytes; its training children are not counted.</summary>
    public long WorkingSet
    {
        get
        {
            process!.Refresh();
            return process.WorkingSet64;
        }
    }

    public static async Task<PortalProcess> StartAsync(CancellationToken ct, Dictionary<string, string>? settings = null)
    {
        var portal = Create(settings ?? []);
        await portal.LaunchAsync(ct);
        return portal;
    }

    /// <summary>One that is not started yet.</summary>
    /// <param name="data">Where it keeps everything, until it is disposed of; null makes a folder.</param>
    public static PortalProcess Create(Dictionary<string, string> settings, string? data = null) =>
        new(data is null ? Directory.CreateTempSubdirectory("fewshotad-e2e-").FullName : Directory.CreateDirectory(data).FullName, FreePort(), settings);

    public async Task LaunchAsync(CancellationToken ct)
    {
        var folder = Path.Combine(SharedFiles.RepositoryRoot, "src", "Portal");
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Program);
        start.Environment["Urls"] = Url;
        start.Environment["DataDirectory"] = DataDirectory;
        foreach (var (name, value) in settings)
            start.Environment[name] = value;

        var watch = Stopwatch.StartNew();
        process = Process.Start(start) ?? throw new InvalidOperationException("The portal could not be started.");
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var http = new HttpClient { BaseAddress = new Uri(Url), Timeout = TimeSpan.FromSeconds(2) };
        while (watch.Elapsed < StartLimit)
        {
            ct.ThrowIfCancellationRequested();
            if (process.HasExited)
                throw new InvalidOperationException($"The portal ended with {process.ExitCode}:\n{Output}");
            try
            {
                using var answer = await http.GetAsync("/health/live", ct);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    StartTime = watch.Elapsed;
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
            {
                // Not listening yet.
            }

            await Task.Delay(25, ct);
        }

        throw new TimeoutException($"The portal did not answer within {StartLimit}:\n{Output}");
    }

    /// <summary>kill -9: nothing is told, nothing is flushed. Its children are left to notice by themselves.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        process!.Kill();
        await process.WaitForExitAsync(ct);
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        IsDisposed = true;
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        Directory.Delete(DataDirectory, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (output)
            output.Add(line);
    }
}
