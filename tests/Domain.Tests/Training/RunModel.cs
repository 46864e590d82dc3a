using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Tests.Training;

/// <summary>What can happen to a run, time included.</summary>
public enum RunCommand
{
    ClaimByA,
    ClaimByB,
    RenewByA,
    RenewByB,
    Requeue,
    RequestCancel,
    RequestPause,
    EndAsAsked,
    Succeed,
    Fail,
    Cancelled,
    Resume,
    Checkpoint,
    WaitABit,
    WaitALease,
}

/// <summary>A run as a table of plain fields and one <c>switch</c>: the reference that the real one is compared with.</summary>
internal sealed class RunModel
{
    private DateTimeOffset leaseUntil;

    public RunModel(DateTimeOffset start) => (Now, QueuedAt) = (start, start);

    public DateTimeOffset Now { get; private set; }

    public DateTimeOffset QueuedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public RunStatus Status { get; private set; } = RunStatus.Queued;

    public string? Owner { get; private set; }

    public DateTimeOffset? LeaseUntil => Owner is null ? null : leaseUntil;

    public bool CancelRequested { get; private set; }

    public bool PauseRequested { get; private set; }

    public int Attempt { get; private set; }

    public int Checkpoint { get; private set; }

    public string? Failure { get; private set; }

    private bool IsOver => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;

    private bool IsRunning => Status == RunStatus.Running;

    /// <returns>Whether the command is allowed; one that is not leaves everything as it was.</returns>
    public bool Execute(RunCommand command)
    {
        switch (command)
        {
            case RunCommand.WaitABit:
                Now += TimeSpan.FromSeconds(10);
                return true;
            case RunCommand.WaitALease:
                Now += TrainingRun.LeaseLength;
                return true;
            case RunCommand.Checkpoint:
                Checkpoint++;
                return true;
            case RunCommand.ClaimByA or RunCommand.ClaimByB when Status == RunStatus.Queued || (IsRunning && leaseUntil < Now):
                (Status, Owner, leaseUntil) = (RunStatus.Running, NodeOf(command), Now + TrainingRun.LeaseLength);
                StartedAt ??= Now;
                Attempt++;
                return true;
            case RunCommand.RenewByA or RunCommand.RenewByB when IsRunning && Owner == NodeOf(command):
                leaseUntil = Now + TrainingRun.LeaseLength;
                return true;
            case RunCommand.Requeue or RunCommand.EndAsAsked when IsRunning && CancelRequested:
                return End(RunStatus.Cancelled);
            case RunCommand.Requeue or RunCommand.EndAsAsked when IsRunning && PauseRequested:
                (Status, Owner, PauseRequested) = (RunStatus.Paused, null, false);
                return true;
            case RunCommand.RequestPause when IsRunning && !CancelRequested && !PauseRequested:
                return PauseRequested = true;
            case RunCommand.RequestPause when Status == RunStatus.Queued:
                Status = RunStatus.Paused;
                return true;
            case RunCommand.Requeue or RunCommand.EndAsAsked when IsRunning:
                (Status, Owner) = (RunStatus.Queued, null);
                return true;
            case RunCommand.RequestCancel when IsRunning:
                return CancelRequested = true;
            case RunCommand.RequestCancel when !IsOver:
                CancelRequested = true;
                return End(RunStatus.Cancelled);
            case RunCommand.Succeed when IsRunning:
                return End(RunStatus.Succeeded);
            case RunCommand.Fail when Status is RunStatus.Queued or RunStatus.Running:
                Failure = "reason";
                return End(RunStatus.Failed);
            case RunCommand.Cancelled when IsRunning:
                return End(RunStatus.Cancelled);
            case RunCommand.Resume when Status is RunStatus.Paused or RunStatus.Failed or RunStatus.Cancelled:
                (Status, QueuedAt, EndedAt, CancelRequested, Failure) = (RunStatus.Queued, Now, null, false, null);
                return true;
            default:
                return false;
        }
    }

    public static string NodeOf(RunCommand command) => command is RunCommand.ClaimByA or RunCommand.RenewByA ? "a" : "b";

    private bool End(RunStatus status)
    {
        (Status, EndedAt, Owner) = (status, Now, null);
        PauseRequested = false;
        return true;
    }
}
