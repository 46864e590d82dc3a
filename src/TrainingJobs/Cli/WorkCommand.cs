using System.CommandLine;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Jobs;
using static FewShotAD.Domain.Training.WorkerMessage;

namespace FewShotAD.TrainingJobs.Cli;

/// <summary><c>fewshotad work</c>: what the portal starts for a run. Speaks the worker protocol and nothing else.</summary>
public static class WorkCommand
{
    private static readonly Option<string> Job = new("--job") { Description = "The job.json of a run.", Required = true };

    public static Command Create()
    {
        var command = new Command("work", "Run a job of the portal.") { Job };
        command.SetAction((parsed, ct) => Task.FromResult(Run(parsed.GetValue(Job)!, ct)));
        return command;
    }

    private static int Run(string jobFile, CancellationToken ct)
    {
        using var channel = WorkerChannel.Open();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(ct);
        WorkerChannel.ListenForCancel(Console.In, cancel);
        try
        {
            var manifest = Read(jobFile);
            if (!manifest.Succeeded)
                return Fail(channel, manifest.Error.Message, null);
            var result = new TrainingJob(manifest.Value, new RunJournal(channel.Send).Report, TimeProvider.System).Run(cancel.Token);
            return result.Succeeded ? WorkerProtocol.ExitDone : Fail(channel, result.Error.Message, null);
        }
        catch (OperationCanceledException)
        {
            return WorkerProtocol.ExitCancelled;
        }
        catch (IOException e) when (FullDisk.Is(e))
        {
            channel.Send(new LogWritten(LogSeverity.Warning, $"There is no room for a file: {e.Message}"));
            return WorkerProtocol.ExitDiskFull;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(channel, $"A file could not be read or written: {e.Message}", e.ToString());
        }
#pragma warning disable CA1031 // The last line of defence: whatever happens, the parent gets a reason instead of silence.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Fail(channel, "The run stopped because of an unexpected error. The details say where; starting it again goes on from the last epoch.", e.ToString());
        }
    }

    private static Result<JobManifest> Read(string path)
    {
        try
        {
            return JobManifest.FromJson(File.ReadAllText(path));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return new JobUnreadable(path, e.Message);
        }
    }

    private static int Fail(WorkerChannel channel, string reason, string? details)
    {
        channel.Send(new Failed(reason, details));
        return WorkerProtocol.ExitFailed;
    }
}

public sealed record JobUnreadable(string Path, string Why) : Error(ErrorKind.Invalid, "job.unreadable", $"The job {Path} cannot be read: {Why}");
