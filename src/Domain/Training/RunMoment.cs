using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Training;

public enum RunMomentKind
{
    Queued,

    /// <summary>A worker took it up.</summary>
    Started,

    PauseRequested,
    Paused,
    CancelRequested,
    Cancelled,
    Failed,

    /// <summary>Its worker stopped or was lost: it waits again.</summary>
    Requeued,

    Resumed,
    Succeeded,
}

/// <summary>Something that happened to a run: who or what, when, why, and how far it had come.</summary>
public sealed class RunMoment : ITenantOwned
{
    public const int ReasonMaxLength = 1_000;
    public const int NodeMaxLength = 200;

    private RunMoment()
    {
    }

    public TenantId TenantId { get; private set; }

    public RunId RunId { get; private set; }

    /// <summary>Counts from 1 in its run.</summary>
    public int Sequence { get; private set; }

    public DateTimeOffset At { get; private set; }

    public RunMomentKind Kind { get; private set; }

    /// <summary>The attempt that it ended or began; 0 before the first.</summary>
    public int Attempt { get; private set; }

    /// <summary>The finished epochs of the checkpoint at that time.</summary>
    public int Epoch { get; private set; }

    /// <summary>Null when nobody asked for it.</summary>
    public UserId? By { get; private set; }

    public string? Node { get; private set; }

    public string? Reason { get; private set; }

    internal static RunMoment Of(TrainingRun run, int sequence, RunMomentKind kind, DateTimeOffset at, UserId? by, string? reason) => new()
    {
        TenantId = run.TenantId,
        RunId = run.Id,
        Sequence = sequence,
        At = at,
        Kind = kind,
        Attempt = run.Attempt,
        Epoch = run.CheckpointEpoch,
        By = by,
        Node = run.ClaimedBy is { Length: > NodeMaxLength } node ? node[..NodeMaxLength] : run.ClaimedBy,
        Reason = reason is { Length: > ReasonMaxLength } ? reason[..ReasonMaxLength] : reason,
    };
}
