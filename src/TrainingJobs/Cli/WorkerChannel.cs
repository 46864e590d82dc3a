using System.Text;
using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Cli;

/// <summary>The line to the parent of a run, on <see cref="PrivateOutput"/>.</summary>
internal sealed class WorkerChannel : IDisposable
{
    private readonly Lock gate = new();
    private readonly Stream stream;

    private WorkerChannel(Stream stream) => this.stream = stream;

    public static WorkerChannel Open() => new(PrivateOutput.Take());

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
}
