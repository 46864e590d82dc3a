using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using FewShotAD.Domain.Training;

namespace FewShotAD.Infrastructure.Jobs.Worker;

/// <summary>A line from the worker, of standard output or of standard error.</summary>
internal readonly record struct WorkerLine(string Text, bool IsError);

/// <summary>
/// The training program as a child process: whatever happens in there — an abort in native code, an end for lack of
/// memory — ends the child and not the portal.
/// </summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private const int Backlog = 1_024;

    /// <summary>How long to wait for the pipes after the process is gone: a grandchild may hold them open for good.</summary>
    private static readonly TimeSpan PipePatience = TimeSpan.FromSeconds(1);

    private readonly Process process;
    private readonly Channel<WorkerLine> lines = Channel.CreateBounded<WorkerLine>(new BoundedChannelOptions(Backlog) { SingleReader = true });
    private readonly Task pump;

    private WorkerProcess(Process process)
    {
        this.process = process;
        pump = PumpAsync();
    }

    /// <summary>The exit code; a process ended by a signal has 128 and the signal's number.</summary>
    public int ExitCode => process.ExitCode;

    /// <param name="executable">Full path; a <c>.dll</c> is run with <c>dotnet</c>.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The system cannot start it.</exception>
    /// <exception cref="IOException">It cannot be written down who works there.</exception>
    public static WorkerProcess Start(string executable, WorkDirectory work)
    {
        var start = StartInfo(executable, ["work", "--job", work.Manifest], work.Root);
        var process = Process.Start(start) ?? throw new InvalidOperationException("The system started no process.");
        var worker = new WorkerProcess(process);
        try
        {
            work.Remember(process);
            return worker;
        }
        catch (IOException)
        {
            // Nobody would find it after a crash of the portal.
            worker.Kill();
            throw;
        }
    }

    /// <summary>How the training program is started: its three streams are pipes to this process.</summary>
    public static ProcessStartInfo StartInfo(string executable, IEnumerable<string> arguments, string folder)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var isAssembly = executable.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(isAssembly ? DotnetHost() : executable)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
            StandardErrorEncoding = utf8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        if (isAssembly)
            start.ArgumentList.Add(executable);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>
    /// What the worker says, in order and in batches: one at once, then one every <paramref name="pause"/> at most, so that a
    /// chatty worker costs a bounded number of writes. Ends after the process has.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<WorkerLine>> BatchesAsync(
        TimeSpan pause, TimeProvider time, [EnumeratorCancellation] CancellationToken ct)
    {
        while (await lines.Reader.WaitToReadAsync(ct))
        {
            var batch = new List<WorkerLine>();
            while (batch.Count < Backlog && lines.Reader.TryRead(out var line))
                batch.Add(line);
            yield return batch;
            // The end is not waited for: a cancelled run shall be over at once.
            await Task.WhenAny(Task.Delay(pause, time, ct), lines.Reader.Completion);
        }

        await pump;
    }

    /// <summary>Asks the worker to stop, and ends it with all its children when it has not after <paramref name="grace"/>.</summary>
    public async Task StopAsync(TimeSpan grace, TimeProvider time)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(WorkerProtocol.CancelLine);
            await process.StandardInput.FlushAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It ended before it could be asked.
        }

        using var patience = new CancellationTokenSource(grace, time);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            Kill();
        lines.Writer.TryComplete(); // a pump that waits for room stops waiting
        await pump;
        process.Dispose();
    }

    private static string DotnetHost() => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    private void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // Exited meanwhile, or one of its children did.
        }
    }

    private async Task PumpAsync()
    {
        var pipes = Task.WhenAll(ReadAsync(process.StandardOutput, isError: false), ReadAsync(process.StandardError, isError: true));
        await process.WaitForExitAsync(CancellationToken.None);
        // A full channel means that the recorder is still at work on the last lines: time is counted only while nothing moves.
        while (!pipes.IsCompleted)
        {
            var before = lines.Reader.Count;
            await Task.WhenAny(pipes, Task.Delay(PipePatience));
            if (before == 0 && lines.Reader.Count == 0)
                break;
        }

        lines.Writer.TryComplete();
    }

    private async Task ReadAsync(StreamReader reader, bool isError)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                await lines.Writer.WriteAsync(new WorkerLine(line, isError));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or ChannelClosedException)
        {
            // The pipe broke with the process, or nobody listens any more.
        }
    }
}
