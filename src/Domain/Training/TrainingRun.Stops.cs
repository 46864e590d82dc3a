using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Training;

/// <summary>What people ask of a run, and the history that all of its changes leave.</summary>
public sealed partial class TrainingRun
{
    private List<RunMoment>? moments;

    /// <summary>Whether a worker should stop, whatever becomes of the run then.</summary>
    public bool StopRequested => CancelRequested || PauseRequested;

    /// <summary>What has happened since it was last asked; saved with the change itself.</summary>
    public IReadOnlyList<RunMoment> TakeMoments()
    {
        var taken = moments;
        moments = null;
        return taken ?? [];
    }

    public Result RequestCancel(DateTimeOffset now, UserId? by = null)
    {
        if (IsOver)
            return new RunNotRunning(Number, Status);
        if (Status == RunStatus.Running)
        {
            if (!CancelRequested)
                Note(RunMomentKind.CancelRequested, now, by);
            CancelRequested = true;
        }
        else
        {
            CancelRequested = true;
            End(RunStatus.Cancelled, now, by);
        }

        Changed();
        return Result.Ok;
    }

    /// <summary>A waiting run is paused at once; the worker of a running one stops after its checkpoint.</summary>
    public Result RequestPause(DateTimeOffset now, UserId? by = null)
    {
        if (Status is not (RunStatus.Queued or RunStatus.Running))
            return new RunNotPausable(Number, Status);
        if (StopRequested)
            return new RunStopsAlready(Number);
        if (Status == RunStatus.Running)
        {
            PauseRequested = true;
            Note(RunMomentKind.PauseRequested, now, by);
        }
        else
        {
            Note(RunMomentKind.Paused, now, by);
            Status = RunStatus.Paused;
        }

        Changed();
        return Result.Ok;
    }

    public Result Cancelled(DateTimeOffset now)
    {
        if (Status != RunStatus.Running)
            return new RunNotRunning(Number, Status);
        End(RunStatus.Cancelled, now);
        return Result.Ok;
    }

    /// <summary>The worker has stopped: the run is what was asked for, or waits again where nothing was.</summary>
    public Result EndAsAsked(DateTimeOffset now)
    {
        if (Status != RunStatus.Running)
            return new RunNotRunning(Number, Status);
        if (CancelRequested)
            return Cancelled(now);
        if (!PauseRequested)
            return Requeue(now);
        Note(RunMomentKind.Paused, now);
        Release();
        (Status, PauseRequested) = (RunStatus.Paused, false);
        Changed();
        return Result.Ok;
    }

    /// <summary>Queues a paused, failed or cancelled run again; it goes on from its last checkpoint.</summary>
    /// <param name="entered">See <see cref="QueueTicket"/>.</param>
    public Result Resume(DateTimeOffset now, UserId? by = null, double entered = 0)
    {
        if (Status is not (RunStatus.Paused or RunStatus.Failed or RunStatus.Cancelled))
            return new RunNotResumable(Number, Status);
        Note(RunMomentKind.Resumed, now, by);
        Status = RunStatus.Queued;
        QueuedAt = now;
        Entered = entered;
        EndedAt = null;
        CancelRequested = PauseRequested = false;
        FailureReason = FailureDetails = null;
        Changed();
        return Result.Ok;
    }

    /// <summary>Its work directory was swept: who resumes it begins anew.</summary>
    public Result ForgetCheckpoint()
    {
        if (!IsOver)
            return new RunNotResumable(Number, Status);
        CheckpointEpoch = 0;
        Changed();
        return Result.Ok;
    }

    private static RunMomentKind MomentOf(RunStatus end) => end switch
    {
        RunStatus.Succeeded => RunMomentKind.Succeeded,
        RunStatus.Failed => RunMomentKind.Failed,
        _ => RunMomentKind.Cancelled,
    };

    private void Note(RunMomentKind kind, DateTimeOffset now, UserId? by = null, string? reason = null) =>
        (moments ??= []).Add(RunMoment.Of(this, ++Moments, kind, now, by, reason));
}
