using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Transfers;

/// <summary>
/// An export, import or restore and its life: queued → running → succeeded, failed or cancelled; back to queued when its node died.
/// One entity for the three: they wait, are leased, cancelled, counted and swept alike.
/// </summary>
public sealed class Transfer : ITenantOwned
{
    public const int SourceNameMaxLength = 200;
    public const int ReasonMaxLength = 2_000;

    /// <summary>Rejections kept with the row; the report has all of them.</summary>
    public const int RejectionsKept = 50;

    /// <summary>What kills its node again and again must not do so for ever.</summary>
    public const int MostAttempts = 5;

    public static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(30);

    /// <summary>After its end it is kept so long, then row and file go.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private Transfer()
    {
        Counts = new TransferCounts();
        Rejections = [];
    }

    public TenantId TenantId { get; private set; }

    public TransferId Id { get; private set; }

    public TransferKind Kind { get; private set; }

    /// <summary>Null for a restore that has not made its project yet.</summary>
    public ProjectId? ProjectId { get; private set; }

    /// <summary>What is exported, null for an import.</summary>
    public ExportChoice? Export { get; private set; }

    public TransferStatus Status { get; private set; }

    public UserId MadeBy { get; private set; }

    public DateTimeOffset QueuedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public DateTimeOffset? ExpiresAt { get; private set; }

    public int Attempt { get; private set; }

    /// <summary>Of <see cref="Total"/>, in whatever the kind counts: rows, images, entries.</summary>
    public long Done { get; private set; }

    public long Total { get; private set; }

    public TransferCounts Counts { get; private set; }

    /// <summary>The finished export; its name is its SHA-256.</summary>
    public BlobKey? File { get; private set; }

    /// <summary>Of the finished export, or of the uploaded zip.</summary>
    public long Bytes { get; private set; }

    /// <summary>The uploaded zip, until the work is over.</summary>
    public BlobKey? Source { get; private set; }

    public string? SourceName { get; private set; }

    public BlobKey? Report { get; private set; }

    public IReadOnlyList<RejectedEntry> Rejections { get; private set; }

    public string? FailureReason { get; private set; }

    public bool CancelRequested { get; private set; }

    public string? ClaimedBy { get; private set; }

    public DateTimeOffset? LeaseUntil { get; private set; }

    /// <summary>Changes with every write: two nodes that claim at once cannot both win.</summary>
    public Guid ConcurrencyStamp { get; private set; }

    public bool IsOver => Status is TransferStatus.Succeeded or TransferStatus.Failed or TransferStatus.Cancelled;

    public static Transfer OfExport(TenantId tenant, ProjectId project, ExportChoice choice, UserId by, DateTimeOffset now)
    {
        var transfer = Queue(tenant, TransferKind.Export, by, now);
        (transfer.ProjectId, transfer.Export) = (project, choice);
        return transfer;
    }

    /// <param name="kind">Any but an export.</param>
    /// <param name="project">Null for a restore, which makes a new one.</param>
    public static Transfer OfZip(
        TenantId tenant, TransferKind kind, ProjectId? project, BlobKey source, long bytes, string? name, UserId by, DateTimeOffset now)
    {
        var transfer = Queue(tenant, kind, by, now);
        var trimmed = string.IsNullOrWhiteSpace(name) ? null : name.Trim();
        transfer.ProjectId = project;
        (transfer.Source, transfer.Bytes) = (source, bytes);
        transfer.SourceName = trimmed is { Length: > SourceNameMaxLength } ? trimmed[..SourceNameMaxLength] : trimmed;
        return transfer;
    }

    /// <summary>Takes it for a node, if it is waiting or its last worker's lease ran out.</summary>
    public Result Claim(string node, DateTimeOffset now)
    {
        if (!(Status == TransferStatus.Queued || (Status == TransferStatus.Running && LeaseUntil < now)))
            return new TransferNotClaimable(Status);
        Status = TransferStatus.Running;
        (ClaimedBy, LeaseUntil) = (node, now + LeaseLength);
        StartedAt ??= now;
        Attempt++;
        (Done, Total) = (0, 0);
        Changed();
        return Result.Ok;
    }

    public Result RenewLease(string node, DateTimeOffset now)
    {
        if (Status != TransferStatus.Running || ClaimedBy != node)
            return new TransferNotClaimable(Status);
        LeaseUntil = now + LeaseLength;
        Changed();
        return Result.Ok;
    }

    /// <summary>Its worker is gone: it waits again, unless somebody cancelled it or it has had its attempts.</summary>
    public Result Requeue(DateTimeOffset now)
    {
        if (Status != TransferStatus.Running)
            return new TransferOver(Status);
        if (CancelRequested)
            return End(TransferStatus.Cancelled, now);
        if (Attempt >= MostAttempts)
            return Fail($"It was begun {Attempt} times and its worker ended each time. Ask the administrator to look at the log, then start it again.", now);
        (Status, ClaimedBy, LeaseUntil) = (TransferStatus.Queued, null, null);
        Changed();
        return Result.Ok;
    }

    public Result RequestCancel(DateTimeOffset now)
    {
        if (IsOver)
            return new TransferOver(Status);
        CancelRequested = true;
        if (Status == TransferStatus.Queued)
            return End(TransferStatus.Cancelled, now);
        Changed();
        return Result.Ok;
    }

    /// <summary>How far the work is.</summary>
    public void Advance(long done, long total) => (Done, Total) = (done, total);

    /// <summary>A restore has made its project: a second attempt goes on with it.</summary>
    public void Into(ProjectId project) => ProjectId = project;

    public Result Succeed(TransferOutcome outcome, DateTimeOffset now)
    {
        Counts = outcome.Counts;
        File = outcome.File;
        Bytes = outcome.File is null ? Bytes : outcome.Bytes;
        Report = outcome.Report;
        Rejections = [.. (outcome.Rejections ?? []).Take(RejectionsKept)];
        Done = Total;
        return End(TransferStatus.Succeeded, now);
    }

    public Result Fail(string reason, DateTimeOffset now)
    {
        FailureReason = reason.Length <= ReasonMaxLength ? reason : reason[..ReasonMaxLength];
        return End(TransferStatus.Failed, now);
    }

    public Result Cancelled(DateTimeOffset now) => End(TransferStatus.Cancelled, now);

    private static Transfer Queue(TenantId tenant, TransferKind kind, UserId by, DateTimeOffset now) => new()
    {
        TenantId = tenant,
        Id = new TransferId(Guid.CreateVersion7(now)),
        Kind = kind,
        MadeBy = by,
        QueuedAt = now,
        ConcurrencyStamp = Guid.NewGuid(),
    };

    private Result End(TransferStatus status, DateTimeOffset now)
    {
        if (IsOver)
            return new TransferOver(Status);
        (Status, EndedAt, ExpiresAt) = (status, now, now + Lifetime);
        (ClaimedBy, LeaseUntil) = (null, null);
        // Nobody reads the upload again: its space is free with the next sweep.
        Source = null;
        Changed();
        return Result.Ok;
    }

    private void Changed() => ConcurrencyStamp = Guid.NewGuid();
}
