using System.Runtime.InteropServices;
using System.Text;
using FewShotAD.Domain.Training;
using Microsoft.Win32.SafeHandles;

namespace FewShotAD.TrainingJobs.Cli;

/// <summary>
/// The line to the parent. Standard output is taken away from everybody else: the channel keeps a duplicate of it, and descriptor 1
/// is pointed at standard error, so that a native library's chatter can never stand inside a message.
/// </summary>
internal sealed partial class WorkerChannel : IDisposable
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    private readonly Lock gate = new();
    private readonly Stream stream;

    private WorkerChannel(Stream stream) => this.stream = stream;

    public static WorkerChannel Open()
    {
        Stream stream;
        if (OperatingSystem.IsWindows())
        {
            stream = Console.OpenStandardOutput();
        }
        else
        {
            var own = Duplicate(StandardOutput);
            if (own < 0 || Redirect(StandardError, StandardOutput) < 0)
                throw new IOException("Standard output cannot be taken over.");
            stream = new FileStream(new SafeFileHandle(own, ownsHandle: true), FileAccess.Write, bufferSize: 0);
        }

        Console.SetOut(Console.Error);
        return new WorkerChannel(stream);
    }

    /// <summary>One line, at once. A parent that is gone is noticed on standard input, not here.</summary>
    public void Send(WorkerMessage message)
    {
        var line = Encoding.UTF8.GetBytes(WorkerProtocol.Write(message) + "\n");
        lock (gate)
        {
            try
            {
                stream.Write(line);
                stream.Flush();
            }
            catch (IOException)
            {
                // The pipe is broken because the parent died; the end of standard input stops the run within a step.
            }
        }
    }

    /// <summary>Cancels on the line "cancel" and on the end of input, which means that the parent is gone.</summary>
    public static void ListenForCancel(TextReader input, CancellationTokenSource cancel)
    {
        var thread = new Thread(() =>
        {
            while (input.ReadLine() is { } line)
            {
                if (line.Trim() == WorkerProtocol.CancelLine)
                    break;
            }

            try
            {
                cancel.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The run ended first.
            }
        })
        {
            IsBackground = true,
            Name = "parent",
        };
        thread.Start();
    }

    public void Dispose() => stream.Dispose();

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Redirect(int from, int to);
}
