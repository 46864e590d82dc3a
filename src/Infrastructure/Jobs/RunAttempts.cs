using System.ComponentModel;
using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Infrastructure.Jobs.Recording;
using FewShotAD.Infrastructure.Jobs.Worker;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Infrastructure.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>One attempt at a claimed run, from laying out its files to its end, whatever that is.</summary>
internal sealed class RunAttempts(
    PortalDb db, JobLayout layout, IBlobStore blobs, RunEvents events, WorkPaths work, IOptions<TrainingOptions> options, Instruments instruments, TimeProvider time,
    ILogger<RunAttempts> log)
{
    /// <summary>Progress reaches the database at most this often.</summary>
    private static readonly TimeSpan BatchPause = TimeSpan.FromMilliseconds(500);

    /// <summary>A terminal's Ctrl+C reaches worker and portal at once: the worker may be gone before the portal knows.</summary>
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan FirstRoomPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestRoomPause = TimeSpan.FromMinutes(1);

    private static readonly string DiskIsFull = string.Create(
        CultureInfo.InvariantCulture,
        $"The disk of this node is full. The run goes on by itself from its last checkpoint when {DiskRoom.Least >> 20} MB are free: ask the administrator to make room.");

    /// <param name="cancel">Cancelled when somebody wants the run cancelled or paused; also by this attempt itself, when it learns so from the database.</param>
    /// <param name="shutdown">This node stops: the run goes back into the queue.</param>
    public async Task GoAsync(RunLedger ledger, CancellationTokenSource cancel, CancellationToken shutdown)
    {
        using var watch = AttemptWatch.Begin(ledger.Run, instruments, time, log);
        using var over = new CancellationTokenSource();
        using var lost = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel.Token, lost.Token, shutdown);
        var keeping = new LeaseKeeper(ledger, time, log).KeepAsync(cancel.Cancel, lost.Cancel, over.Token);
        var patience = new OutagePatience(ledger.Name, time, log, stop.Token);
        var recorder = new RunRecorder(db, ledger, new ResultIntake(blobs), events, watch, patience, time);
        RunEnd end;
        try
        {
            end = await WorkAsync(ledger, recorder, patience, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            end = new RunEnd.Stopped();
        }
        catch (Win32Exception e)
        {
            log.LogError(e, "The training program {Path} could not be started", work.Executable);
            end = new RunEnd.Failed("program.start", "The training program could not be started. Ask the administrator to check the setting Training:Executable, then resume.", e.Message);
        }
        catch (Exception e)
        {
            log.LogError(e, "Run {Run} failed in the portal", ledger.Run.Id);
            end = new RunEnd.Failed("portal", $"The portal could not go on with this run: {e.Message} Resume it when the cause is gone.", e.ToString());
        }

        if (end is RunEnd.Stopped)
            end = lost.IsCancellationRequested ? new RunEnd.Lost() : cancel.IsCancellationRequested ? new RunEnd.AsAsked() : new RunEnd.Requeued();
        await over.CancelAsync();
        await keeping;
        // As long as the lease may last: then the run is found by whoever looks for what was left.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
        limit.CancelAfter(TrainingRun.LeaseLength);
        await FinishAsync(ledger, end, watch, new OutagePatience(ledger.Name, time, log, limit.Token));
    }

    private async Task<RunEnd> WorkAsync(RunLedger ledger, RunRecorder recorder, OutagePatience patience, CancellationToken stop)
    {
        using var directory = await patience.WaitAsync(() => WorkDirectory.OpenAsync(work.Root, ledger.Run.Id, time, stop));
        if (ledger.Run.Attempt > 1)
            await recorder.NoteAsync(LogSeverity.Information, $"Attempt {ledger.Run.Attempt} of this run begins.", stop);
        var laidOut = await patience.WaitAsync(() => layout.WriteAsync(ledger.Run, directory, stop));
        if (!laidOut.Succeeded)
            return new RunEnd.Failed(laidOut.Error.Code, laidOut.Error.Message, null);

        for (var pause = FirstRoomPause; ; pause = pause * 2 < LongestRoomPause ? pause * 2 : LongestRoomPause)
        {
            if (await patience.WaitAsync(() => ListenAsync(directory, recorder, stop)) is not { } exitCode)
                return new RunEnd.Lost();
            if (exitCode != WorkerProtocol.ExitDiskFull || stop.IsCancellationRequested)
                return await JudgeAsync(recorder, exitCode, stop);
            await recorder.NoteAsync(LogSeverity.Warning, DiskIsFull, stop);
            await DiskRoom.WaitAsync(work.Root, pause, time, stop);
        }
    }

    /// <summary>One training process from its start to its end.</summary>
    /// <returns>Its exit code, or null when the run is no longer ours.</returns>
    private async Task<int?> ListenAsync(WorkDirectory directory, RunRecorder recorder, CancellationToken stop)
    {
        await using var worker = WorkerProcess.Start(work.Executable, directory);
        var stopped = Task.CompletedTask;
        await using (stop.Register(() => stopped = worker.StopAsync(options.Value.CancelGrace, time)))
        {
            // Not cancelled by “stop”: the last words of a worker that was asked to stop (its checkpoint) count.
            await foreach (var lines in worker.BatchesAsync(BatchPause, time, CancellationToken.None))
            {
                if (!await recorder.WriteAsync(lines, directory, CancellationToken.None))
                    return null;
            }
        }

        await stopped;
        return worker.ExitCode;
    }

    private async Task<RunEnd> JudgeAsync(RunRecorder recorder, int exitCode, CancellationToken stop)
    {
        if (recorder.Done && exitCode == WorkerProtocol.ExitDone)
            return new RunEnd.Succeeded();
        if (ExitReasons.LooksLikeShutdown(exitCode) && !stop.IsCancellationRequested)
            await Task.WhenAny(Task.Delay(ShutdownPatience, time, stop));
        if (stop.IsCancellationRequested)
            return new RunEnd.Stopped();
        return recorder.Failure is { } failure
            ? new RunEnd.Failed("program.said", failure.Reason, failure.Details ?? recorder.Tail)
            : new RunEnd.Failed(ExitReasons.Code(exitCode), ExitReasons.Explain(exitCode, recorder.CheckpointEpoch), recorder.Tail);
    }

    private async Task FinishAsync(RunLedger ledger, RunEnd end, AttemptWatch watch, OutagePatience patience)
    {
        var became = RunStatus.Running;
        // No token: an end that is not written would leave the run to the next lease check.
        var written = end is not RunEnd.Lost && await patience.WaitAsync(() => ledger.WriteAsync(
            async (context, run) =>
            {
                var now = time.GetUtcNow();
                await TeamShares.ChargeAsync(context, run, now, options.Value.Rules, CancellationToken.None);
                RunLedger.Must(end.Apply(run, now));
                became = run.Status;
            },
            CancellationToken.None));
        if (!written)
        {
            log.LogWarning("Run {Run} was taken over or deleted while this node worked on it", ledger.Run.Id);
            return;
        }

        watch.End(end, became);
        events.Publish(new RunEvent.Changed(ledger.Tenant, ledger.Run.Id));
        log.LogInformation("Run {Run} attempt {Attempt}: {End}", ledger.Run.Id, ledger.Run.Attempt, end.GetType().Name);
        if (end is RunEnd.Succeeded)
            work.DeleteQuietly(ledger.Run.Id);
    }
}
