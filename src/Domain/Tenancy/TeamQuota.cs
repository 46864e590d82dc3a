using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Tenancy;

/// <summary>How much a team may have. A null is no limit.</summary>
/// <param name="Images">In all of its projects.</param>
/// <param name="Bytes">Of its uploads as they came. Imported models are among them. What is derived from them (views, maps, trained models) is not counted.</param>
/// <param name="QueuedRuns">Waiting at once; the one that is being trained does not wait.</param>
public sealed record TeamQuota(int? Images, long? Bytes, int? QueuedRuns)
{
    /// <param name="more">Of the image that is about to be added.</param>
    public Result Allow(TeamUsage usage, long more)
    {
        if (usage.Images >= Images)
            return new ImageQuotaReached(Images.Value);
        return AllowBytes(usage, more);
    }

    /// <param name="more">Of a file that is no image.</param>
    public Result AllowBytes(TeamUsage usage, long more) => usage.Bytes + more > Bytes ? new StorageQuotaReached(Bytes.Value, usage.Bytes, more) : Result.Ok;

    public Result AllowRun(int queued) => queued >= QueuedRuns ? new RunQuotaReached(QueuedRuns.Value) : Result.Ok;

    /// <summary>Whether so many runs may be queued at once.</summary>
    public Result AllowRuns(int queued, int more) => queued + more > QueuedRuns ? new NoRoomForRuns(QueuedRuns.Value, queued, more) : Result.Ok;
}

/// <summary>How much a team has.</summary>
public sealed record TeamUsage(int Images, long Bytes, int QueuedRuns);

public sealed record ImageQuotaReached(int Limit)
    : Error(ErrorKind.TooLarge, "quota.images", $"Your team has {Limit} images, as many as it may have. Delete some that are not needed, or ask the administrator for more.");

public sealed record StorageQuotaReached(long Limit, long Used, long More)
    : Error(ErrorKind.TooLarge, "quota.bytes",
        $"Your team's uploads may take {Limit} bytes; they take {Used}, and this file would add {More}. Delete images that are not needed, or ask the administrator for more.");

public sealed record RunQuotaReached(int Limit)
    : Error(ErrorKind.TooMany, "quota.runs", $"{Limit} runs of your team wait already, as many as may wait at once. Wait until one has begun, or cancel one.");

public sealed record NoRoomForRuns(int Limit, int Queued, int More)
    : Error(ErrorKind.TooMany, "quota.runs.many",
        $"{Limit} runs of your team may wait at once; {Queued} wait, and this would add {More}. Choose fewer support sets or seeds, or wait until some have begun.");
