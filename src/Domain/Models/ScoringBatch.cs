using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Models;

/// <summary>
/// Images of a project that one model scores in the background, in the order in which they are listed. Worked on under a lease like a
/// run; who takes it up again goes on behind the last image that is written down, and a result that is there already is written over.
/// </summary>
public sealed class ScoringBatch : ITenantOwned
{
    public const int MaxImages = 100_000;

    private ScoringBatch() => Images = null!;

    public TenantId TenantId { get; private set; }

    public ScoringBatchId Id { get; private set; }

    public ProjectId ProjectId { get; private set; }

    public ModelId ModelId { get; private set; }

    public IReadOnlyList<ImageId> Images { get; private set; }

    public int Total { get; private set; }

    /// <summary>Images that have their result.</summary>
    public int Scored { get; private set; }

    /// <summary>Images that could not be scored, deleted ones among them.</summary>
    public int Skipped { get; private set; }

    public RunStatus Status { get; private set; }

    public UserId StartedBy { get; private set; }

    public DateTimeOffset QueuedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public bool CancelRequested { get; private set; }

    public string? FailureReason { get; private set; }

    public string? ClaimedBy { get; private set; }

    /// <summary>How often it has been taken up: one that lost its lease must not take another's for its own.</summary>
    public int Attempt { get; private set; }

    public DateTimeOffset? LeaseUntil { get; private set; }

    /// <summary>Changes with every write: two nodes that claim at once cannot both win.</summary>
    public Guid ConcurrencyStamp { get; private set; }

    public bool IsOver => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;

    /// <summary>How far it has come.</summary>
    public int Done => Scored + Skipped;

    public static Result<ScoringBatch> Queue(TrainedModel model, IReadOnlyList<ImageId> images, UserId by, DateTimeOffset now)
    {
        if (images.Count == 0)
            return new NothingToScore();
        if (images.Count > MaxImages)
            return new TooManyToScore();
        return new ScoringBatch
        {
            TenantId = model.TenantId,
            Id = new ScoringBatchId(Guid.CreateVersion7(now)),
            ProjectId = model.ProjectId,
            ModelId = model.Id,
            Images = images,
            Total = images.Count,
            StartedBy = by,
            QueuedAt = now,
            ConcurrencyStamp = Guid.NewGuid(),
        };
    }

    public Result Claim(string node, DateTimeOffset now)
    {
        if (!(Status == RunStatus.Queued || (Status == RunStatus.Running && LeaseUntil < now)))
            return new BatchOver(Status);
        (Status, ClaimedBy) = (RunStatus.Running, node);
        Attempt++;
        return Renew(Attempt, now);
    }

    public Result Renew(int attempt, DateTimeOffset now)
    {
        if (Status != RunStatus.Running || Attempt != attempt)
            return new BatchOver(Status);
        LeaseUntil = now + TrainingRun.LeaseLength;
        Changed();
        return Result.Ok;
    }

    /// <summary>The next images of the list are done.</summary>
    public Result Advance(int attempt, int scored, int skipped, DateTimeOffset now)
    {
        var renewed = Renew(attempt, now);
        if (!renewed.Succeeded)
            return renewed;
        if (scored < 0 || skipped < 0 || Done + scored + skipped > Total)
            throw new ArgumentOutOfRangeException(nameof(scored), $"{scored} and {skipped} images after {Done} of {Total}.");
        (Scored, Skipped) = (Scored + scored, Skipped + skipped);
        return Result.Ok;
    }

    public Result RequestCancel(DateTimeOffset now)
    {
        if (IsOver)
            return new BatchOver(Status);
        CancelRequested = true;
        if (Status == RunStatus.Queued)
            End(RunStatus.Cancelled, now);
        Changed();
        return Result.Ok;
    }

    /// <summary>Its node stopped or died: somebody else goes on.</summary>
    public Result Requeue(DateTimeOffset now)
    {
        if (Status != RunStatus.Running)
            return new BatchOver(Status);
        if (CancelRequested)
            return Finish(RunStatus.Cancelled, null, now);
        (Status, ClaimedBy, LeaseUntil) = (RunStatus.Queued, null, null);
        Changed();
        return Result.Ok;
    }

    /// <param name="status">Succeeded, failed or cancelled.</param>
    /// <param name="reason">Of a failure, for people.</param>
    public Result Finish(RunStatus status, string? reason, DateTimeOffset now)
    {
        if (Status != RunStatus.Running)
            return new BatchOver(Status);
        FailureReason = reason;
        End(status, now);
        return Result.Ok;
    }

    private void End(RunStatus status, DateTimeOffset now)
    {
        (Status, EndedAt, ClaimedBy, LeaseUntil) = (status, now, null, null);
        Changed();
    }

    private void Changed() => ConcurrencyStamp = Guid.NewGuid();
}

public sealed record BatchNotFound()
    : Error(ErrorKind.NotFound, "batch.missing", "This batch does not exist, or it belongs to another team.");

public sealed record BatchOver(RunStatus Status)
    : Error(ErrorKind.Conflict, "batch.over", $"The batch is {Status.ToString().ToLowerInvariant()}; this can only be done while it is queued or running.");

public sealed record NothingToScore()
    : Error(ErrorKind.Invalid, "batch.empty", "No image was chosen. Name images of the model's project, or a filter that some of them match.");

public sealed record TooManyToScore()
    : Error(ErrorKind.TooLarge, "batch.large", $"A batch has at most {ScoringBatch.MaxImages} images. Send several.");
