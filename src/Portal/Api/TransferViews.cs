using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Transfers;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Transfers;

namespace FewShotAD.Portal.Api;

/// <summary>An export as REST shows it.</summary>
/// <param name="Progress">0 to 1.</param>
/// <param name="Bytes">Of the finished file, as are <paramref name="Sha256"/> and <paramref name="File"/>.</param>
/// <param name="File">Address of the file.</param>
public sealed record ExportView(
    Guid Id, Guid? Project, ExportFormat Format, Guid? Model, Verdict? Verdict, ImageLabel? Label, bool Maps, ExportFilter? Filter, TransferStatus Status, double Progress,
    Guid MadeBy, DateTimeOffset QueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? ExpiresAt,
    TransferCounts? Counts, long? Bytes, string? Sha256, string? File, string? FailureReason)
{
    public static ExportView Of(Transfer transfer)
    {
        var (choice, done) = (transfer.Export!, transfer.Status == TransferStatus.Succeeded);
        return new ExportView(
            transfer.Id.Value, transfer.ProjectId?.Value, choice.Format, choice.Model, choice.Verdict, choice.Label, choice.Maps, choice.Filter, transfer.Status,
            TransferText.Progress(transfer), transfer.MadeBy.Value, transfer.QueuedAt, transfer.StartedAt, transfer.EndedAt, transfer.ExpiresAt,
            done ? transfer.Counts : null, done ? transfer.Bytes : null, transfer.File?.Sha256,
            done ? $"{RestGroup.Root}/exports/{transfer.Id.Value}/file" : null, transfer.FailureReason);
    }
}

/// <summary>An import or restore as REST shows it.</summary>
/// <param name="Project">Null for a restore that has not made its project yet.</param>
/// <param name="Counts">What was taken in, what was there already, what was rejected.</param>
/// <param name="Rejected">The first rejected entries with the reason of each.</param>
/// <param name="Report">Address of what became of each entry.</param>
public sealed record ImportView(
    Guid Id, TransferKind Kind, Guid? Project, string? Name, long Bytes, TransferStatus Status, double Progress, Guid MadeBy, DateTimeOffset QueuedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? ExpiresAt, TransferCounts? Counts, IReadOnlyList<RejectedEntry> Rejected,
    string? Report, string? FailureReason)
{
    public static ImportView Of(Transfer transfer)
    {
        var done = transfer.Status == TransferStatus.Succeeded;
        return new ImportView(
            transfer.Id.Value, transfer.Kind, transfer.ProjectId?.Value, transfer.SourceName, transfer.Bytes, transfer.Status,
            TransferText.Progress(transfer), transfer.MadeBy.Value, transfer.QueuedAt, transfer.StartedAt, transfer.EndedAt, transfer.ExpiresAt,
            done ? transfer.Counts : null, transfer.Rejections,
            transfer.Report is null ? null : $"{RestGroup.Root}/imports/{transfer.Id.Value}/report", transfer.FailureReason);
    }
}

/// <summary>Where a list of transfers goes on.</summary>
internal sealed record TransferCursor(long At, IReadOnlyList<Guid> Seen)
{
    /// <returns>Null when the page was the last.</returns>
    public static string? After(IReadOnlyList<Transfer> page, int limit, TransferCursor? before)
    {
        if (page.Count < limit)
            return null;
        var at = page[^1].QueuedAt.UtcTicks;
        var seen = page.Where(t => t.QueuedAt.UtcTicks == at).Select(t => t.Id.Value);
        return Cursor.Write(new TransferCursor(at, [.. before is { } b && b.At == at ? b.Seen : [], .. seen]));
    }

    public ListTransfers.Position ToPosition() =>
        new(new DateTimeOffset(Math.Clamp(At, 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero), [.. (Seen ?? []).Select(id => new Domain.Common.TransferId(id))]);
}
