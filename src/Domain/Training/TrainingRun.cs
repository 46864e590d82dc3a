using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Notices;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;

namespace FewShotAD.Domain.Training;

public enum RunStatus
{
    Queued = 0,
    Running = 1,
    Succeeded = 2,
    Failed = 3,
    Cancelled = 4,

    /// <summary>Stopped by a person who means to go on: its checkpoint is kept until they do.</summary>
    Paused = 5,
}

/// <summary>What a backup keeps of a run beside its recipe and images.</summary>
public sealed record RunHistory(
    DateTimeOffset QueuedAt, DateTimeOffset? StartedAt = null, DateTimeOffset? EndedAt = null, string? Device = null, string? CodeVersion = null,
    string? LibraryVersions = null);

/// <summary>
/// One training run and its life: queued → running → succeeded, failed or cancelled; paused in between when a person asks; back to
/// queued when its node died or a person resumes it. A run is worked on under a lease: who claims it renews the lease, and a lease
/// that ran out is anybody's.
/// </summary>
public sealed partial class TrainingRun : Announcer, ITenantOwned
{
    /// <summary>Long enough for a pause of the machine, short enough that a dead node's run goes on soon.</summary>
    public static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(30);

    private TrainingRun()
    {
        Recipe = null!;
        Snapshot = null!;
    }

    public TenantId TenantId { get; private set; }

    public RunId Id { get; private set; }

    public ProjectId ProjectId { get; private set; }

    /// <summary>Counts from 1 in its project.</summary>
    public int Number { get; private set; }

    public RunStatus Status { get; private set; }

    public TrainingRecipe Recipe { get; private set; }

    /// <summary>The images as they were when the run was started; later changes of the project do not touch it.</summary>
    public DataSnapshot Snapshot { get; private set; }

    public UserId StartedBy { get; private set; }

    public DateTimeOffset QueuedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>How often a worker has taken it up.</summary>
    public int Attempt { get; private set; }

    public RunPhase? Phase { get; private set; }

    public double Progress { get; private set; }

    public double? SecondsLeft { get; private set; }

    public int CheckpointEpoch { get; private set; }

    public string? Device { get; private set; }

    public string? DeviceReason { get; private set; }

    public string? CodeVersion { get; private set; }

    public string? LibraryVersions { get; private set; }

    public string? FailureReason { get; private set; }

    public string? FailureDetails { get; private set; }

    public bool CancelRequested { get; private set; }

    public bool PauseRequested { get; private set; }

    public RunPriority Priority { get; private set; }

    /// <inheritdoc cref="QueueTicket"/>
    public double Entered { get; private set; }

    public double GuessedSeconds { get; private set; }

    public double ExpectedSeconds { get; private set; }

    public string? WorkHash { get; private set; }

    /// <summary>The schedule that made it; null when a person did. The schedule may be gone by now.</summary>
    public ScheduleId? ScheduleId { get; private set; }

    /// <summary>Why the schedule made it.</summary>
    public string? Cause { get; private set; }

    /// <summary>The stability study that it is a part of; null for a run of its own. A study's run leaves figures and no model.</summary>
    public StudyId? StudyId { get; private set; }

    /// <summary>The support set of the study, from 1.</summary>
    public int? StudySet { get; private set; }

    /// <summary>The version that it makes again; null for a run that makes something new. That version may be gone by now.</summary>
    public ReproducedVersion? Reproduces { get; private set; }

    /// <summary>The registration model that it trains, under the first of several projects. Such a run leaves no model of that project.</summary>
    public RegistrationId? TrainsRegistration { get; private set; }

    /// <summary>The registration model that it uses instead of training; it may be gone by now.</summary>
    public RegistrationId? UsesRegistration { get; private set; }

    /// <summary>Whether it makes a model of its project, as all but parts of something larger do.</summary>
    public bool MakesModel => StudyId is null && TrainsRegistration is null;

    /// <summary>What a study's run has measured; those of other runs are their models'.</summary>
    public EvaluationMetrics? Measured { get; private set; }

    /// <summary>When the present worker took it up; null when none has it.</summary>
    public DateTimeOffset? ClaimedAt { get; private set; }

    /// <summary>The device that the queue gave it; null when none has it.</summary>
    public string? ClaimedDevice { get; private set; }

    /// <summary>How many <see cref="RunMoment"/>s there are.</summary>
    public int Moments { get; private set; }

    /// <summary>The node that works on it, null when none does.</summary>
    public string? ClaimedBy { get; private set; }

    public DateTimeOffset? LeaseUntil { get; private set; }

    /// <summary>Changes with every write: two nodes that claim at once cannot both win.</summary>
    public Guid ConcurrencyStamp { get; private set; }

    public bool IsOver => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;

    public static Result<TrainingRun> Queue(
        Project project, int number, TrainingRecipe recipe, DataSnapshot snapshot, UserId by, DateTimeOffset now, QueueTicket? ticket = null)
    {
        var valid = recipe.Validate();
        if (!valid.Succeeded)
            return valid.Error;
        if (snapshot.Support.Count != recipe.Shots)
            return new NotEnoughShots(snapshot.Support.Count, recipe.Shots);
        ticket ??= new QueueTicket();
        var run = new TrainingRun
        {
            TenantId = project.TenantId,
            Id = new RunId(Guid.CreateVersion7(now)),
            ProjectId = project.Id,
            Number = number,
            Recipe = recipe,
            Snapshot = snapshot,
            StartedBy = by,
            QueuedAt = now,
            Priority = ticket.Priority,
            Entered = ticket.Entered,
            GuessedSeconds = ticket.GuessedSeconds,
            ExpectedSeconds = ticket.ExpectedSeconds,
            WorkHash = ticket.WorkHash,
            ScheduleId = ticket.Cause?.Schedule,
            Cause = ticket.Cause?.Why,
            StudyId = ticket.Study?.Study,
            StudySet = ticket.Study?.Set,
            Reproduces = ticket.Reproduces,
            TrainsRegistration = ticket.Trains,
            UsesRegistration = recipe.Registration is { } used ? new RegistrationId(used.Id) : null,
            ConcurrencyStamp = Guid.NewGuid(),
        };
        run.Note(RunMomentKind.Queued, now, ticket.Cause is null ? by : null, run.Cause);
        return run;
    }

    /// <summary>The run of a model that comes from a backup: over, with what is known of it.</summary>
    public static Result<TrainingRun> Restore(
        Project project, int number, TrainingRecipe recipe, DataSnapshot snapshot, RunHistory history, UserId by, DateTimeOffset now)
    {
        var valid = recipe.Validate();
        if (!valid.Succeeded)
            return valid.Error;
        return new TrainingRun
        {
            TenantId = project.TenantId,
            Id = new RunId(Guid.CreateVersion7(now)),
            ProjectId = project.Id,
            Number = number,
            Status = RunStatus.Succeeded,
            Recipe = recipe,
            Snapshot = snapshot,
            StartedBy = by,
            Priority = RunPriority.Normal,
            QueuedAt = history.QueuedAt,
            StartedAt = history.StartedAt,
            EndedAt = history.EndedAt,
            Progress = 1,
            Device = history.Device,
            CodeVersion = history.CodeVersion,
            LibraryVersions = history.LibraryVersions,
            UsesRegistration = recipe.Registration is { } used ? new RegistrationId(used.Id) : null,
            ConcurrencyStamp = Guid.NewGuid(),
        };
    }

    /// <summary>Takes the run for a node, if it is waiting or its last worker's lease ran out.</summary>
    public Result Claim(string node, DateTimeOffset now, string? device = null)
    {
        var free = Status == RunStatus.Queued || (Status == RunStatus.Running && LeaseUntil < now);
        if (!free)
            return new RunNotClaimable(Number, Status);
        Status = RunStatus.Running;
        (ClaimedBy, ClaimedAt, ClaimedDevice) = (node, now, device);
        LeaseUntil = now + LeaseLength;
        StartedAt ??= now;
        Attempt++;
        Phase = RunPhase.Preparing;
        Note(RunMomentKind.Started, now);
        Changed();
        return Result.Ok;
    }

    public Result RenewLease(string node, DateTimeOffset now)
    {
        if (Status != RunStatus.Running || ClaimedBy != node)
            return new RunNotClaimable(Number, Status);
        LeaseUntil = now + LeaseLength;
        Changed();
        return Result.Ok;
    }

    /// <summary>Puts the run of a dead worker back into the queue; one that was to be cancelled or paused is that instead.</summary>
    public Result Requeue(DateTimeOffset now, string? why = null)
    {
        if (Status != RunStatus.Running)
            return new RunNotRunning(Number, Status);
        if (CancelRequested || PauseRequested)
            return EndAsAsked(now);
        Note(RunMomentKind.Requeued, now, reason: why);
        Release();
        Status = RunStatus.Queued;
        Changed();
        return Result.Ok;
    }

    public void Apply(WorkerMessage message)
    {
        switch (message)
        {
            case WorkerMessage.Started started:
                (Device, DeviceReason) = (started.Device, started.DeviceReason);
                (CodeVersion, LibraryVersions) = (started.CodeVersion, started.LibraryVersions);
                break;
            case WorkerMessage.PhaseChanged changed:
                Phase = changed.Phase;
                break;
            case WorkerMessage.Progress progress:
                // Not a number stays what it was: a column of numbers cannot hold it.
                Progress = double.IsNaN(progress.Fraction) ? Progress : Math.Clamp(progress.Fraction, 0, 1);
                SecondsLeft = progress.SecondsLeft;
                break;
            case WorkerMessage.CheckpointWritten checkpoint:
                CheckpointEpoch = checkpoint.Epoch;
                break;
            default:
                // The other messages make rows of their own; the run itself does not change.
                return;
        }

        Changed();
    }

    /// <summary>A resumed run measures again: the last word counts.</summary>
    public void Measure(EvaluationMetrics metrics)
    {
        Measured = StudyId is null ? throw new InvalidOperationException("The figures of a run of its own are its model's.") : metrics;
        Changed();
    }

    public Result Succeed(DateTimeOffset now)
    {
        if (Status != RunStatus.Running)
            return new RunNotRunning(Number, Status);
        Progress = 1;
        End(RunStatus.Succeeded, now);
        return Result.Ok;
    }

    public Result Fail(string reason, string? details, DateTimeOffset now)
    {
        if (Status is not (RunStatus.Queued or RunStatus.Running))
            return new RunNotRunning(Number, Status);
        (FailureReason, FailureDetails) = (reason, details);
        End(RunStatus.Failed, now);
        return Result.Ok;
    }

    private void End(RunStatus status, DateTimeOffset now, UserId? by = null)
    {
        Note(MomentOf(status), now, by, FailureReason);
        Status = status;
        EndedAt = now;
        PauseRequested = false;
        Release();
        Changed();
        // Whoever waits for models is not told of fifteen runs that make none.
        if (MakesModel)
            Announce(HappeningKinds.RunFinished, now, new RunFinished(Id.Value, ProjectId.Value, Number, status, FailureReason));
        if (MakesModel && status == RunStatus.Failed)
            Notify(Notice.OfFailure(this, now));
    }

    private void Release() => (ClaimedBy, ClaimedAt, ClaimedDevice, LeaseUntil, Phase, SecondsLeft) = (null, null, null, null, null, null);

    private void Changed() => ConcurrencyStamp = Guid.NewGuid();
}

/// <summary>What is told of a run that is over.</summary>
public sealed record RunFinished(Guid Run, Guid Project, int Number, RunStatus Status, string? FailureReason);
