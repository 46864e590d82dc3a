using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Review;

namespace FewShotAD.Domain.Transfers;

public enum TransferKind
{
    /// <summary>A project, or what a model says of it, as a file.</summary>
    Export = 0,

    /// <summary>Images of a zip into a project that is there.</summary>
    Import = 1,

    /// <summary>A new project from a backup.</summary>
    Restore = 2,

    /// <summary>A model's bundle into a project that is there.</summary>
    Model = 3,
}

public enum TransferStatus
{
    Queued = 0,
    Running = 1,
    Succeeded = 2,
    Failed = 3,
    Cancelled = 4,
}

public enum ExportFormat
{
    /// <summary>A row per scored image, for spreadsheets.</summary>
    Csv = 0,

    /// <summary>A JSON object per scored image and line.</summary>
    JsonLines = 1,

    /// <summary>Images and ground truth for training elsewhere.</summary>
    Coco = 2,

    /// <summary>A zip of images and masks in the MVTec AD layout.</summary>
    Mvtec = 3,

    /// <summary>A backup: the project with its models and results, to be restored.</summary>
    Everything = 4,
}

/// <summary>What is exported. Stored with the export: a second attempt does the same.</summary>
/// <param name="Model">Whose results; null where there is none. The latest is looked up when the export is asked for.</param>
/// <param name="Verdict">Only results with this verdict; null for all.</param>
/// <param name="Label">Only images with this label; null for all.</param>
/// <param name="Maps">Whether a backup brings maps and heatmaps along.</param>
/// <param name="Filter">What else a list of results leaves out; null for nothing.</param>
public sealed record ExportChoice(
    ExportFormat Format, Guid? Model = null, Verdict? Verdict = null, ImageLabel? Label = null, bool Maps = true, ExportFilter? Filter = null)
{
    /// <summary>Formats that list results; the others can do without a model.</summary>
    public bool ListsResults => Format is ExportFormat.Csv or ExportFormat.JsonLines;

    public string Extension => Format switch
    {
        ExportFormat.Csv => "csv",
        ExportFormat.JsonLines => "jsonl",
        ExportFormat.Coco => "json",
        _ => "zip",
    };

    public string MediaType => Format switch
    {
        ExportFormat.Csv => "text/csv; charset=utf-8",
        ExportFormat.JsonLines => "application/x-ndjson",
        ExportFormat.Coco => "application/json",
        _ => "application/zip",
    };
}

/// <summary>The filters of a list of results beside verdict and label; nulls let all through.</summary>
/// <param name="MinScore">The lowest raw score, <paramref name="MaxScore"/> the highest.</param>
/// <param name="From">Scored at or after this moment, and before <paramref name="To"/>.</param>
/// <param name="DefectType">Only defective images of this type; given empty, those of which nobody said what is wrong.</param>
/// <param name="Review">What the review has come to.</param>
/// <param name="ReviewedBy">The person whose verdict counts.</param>
/// <param name="Search">A part of the image's name, in capitals or not.</param>
public sealed record ExportFilter(
    double? MinScore = null, double? MaxScore = null, DateTimeOffset? From = null, DateTimeOffset? To = null, string? DefectType = null,
    Mistake? Mistake = null, ReviewOutcome? Review = null, Guid? ReviewedBy = null, string? Search = null)
{
    public bool IsEmpty => this == new ExportFilter();
}

/// <summary>How many of each kind were written or taken in.</summary>
/// <param name="Duplicates">Images that the project had already.</param>
/// <param name="Rejected">Entries of a zip that were not taken, each with its reason in the report.</param>
public sealed record TransferCounts(
    int Images = 0, int Masks = 0, int Annotations = 0, int Models = 0, int Results = 0, int Maps = 0, int Files = 0, int Duplicates = 0, int Rejected = 0);

/// <summary>An entry of a zip that was not taken.</summary>
public sealed record RejectedEntry(string Path, string Reason);

/// <summary>How a piece of work ended well.</summary>
/// <param name="File">The finished export.</param>
/// <param name="Report">What became of each entry, as JSON lines.</param>
/// <param name="Rejections">The first ones; the report has all.</param>
public sealed record TransferOutcome(
    TransferCounts Counts, Storage.BlobKey? File = null, long Bytes = 0, Storage.BlobKey? Report = null, IReadOnlyList<RejectedEntry>? Rejections = null);

/// <summary>Where exports and imports wait. The database is the truth; the queue only says "look at this one".</summary>
public interface ITransferQueue
{
    /// <summary>Asking twice is harmless: the second worker finds it claimed.</summary>
    void Enqueue(TenantId tenant, TransferId transfer);

    /// <summary>Tells the worker of this one, if there is one on this node, to stop now.</summary>
    void SignalCancel(TransferId transfer);
}

public sealed record TransferNotFound()
    : Error(ErrorKind.NotFound, "transfer.missing", "This export or import does not exist, has expired, or belongs to another team.");

public sealed record TransferNotClaimable(TransferStatus Status)
    : Error(ErrorKind.Conflict, "transfer.claimed", $"This is {Status.ToString().ToLowerInvariant()}, and another worker has it.");

public sealed record TransferOver(TransferStatus Status)
    : Error(ErrorKind.Conflict, "transfer.over", $"This is {Status.ToString().ToLowerInvariant()} already; only what is queued or running can be cancelled.");

public sealed record NothingToList()
    : Error(ErrorKind.Conflict, "export.model", "The project has no model, so there are no results to list. Train one first, or export the images.");

public sealed record InvalidExport()
    : Error(ErrorKind.Invalid, "export.format", "Choose the format csv, jsonLines, coco, mvtec or everything.");

public sealed record NobodyReviewed()
    : Error(ErrorKind.Conflict, "export.reviewer", "Nobody with this id has given a verdict that counts in this project. Leave “reviewedBy” out, or name another person.");

public sealed record TooManyTransfers(int Most)
    : Error(ErrorKind.TooMany, "transfer.many", $"Your team has {Most} exports and imports waiting or running. Wait for one to end, or cancel one.");

public sealed record FileOfExportMissing(string Name)
    : Error(ErrorKind.Unavailable, "export.file", $"The stored file of “{Name}” is missing, so the export would be incomplete. Delete that item, or restore the storage, then export again.");
