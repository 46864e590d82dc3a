using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Export;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>What became of each entry of a zip, written as it happens; the counts and the first rejections are kept for the row.</summary>
internal sealed class ImportReport(TransferTask task) : IAsyncDisposable
{
    private readonly FileStream file = task.NewFile();
    private readonly List<RejectedEntry> rejections = [];

    public TransferCounts Counts { get; set; } = new();

    public IReadOnlyList<RejectedEntry> Rejections => rejections;

    public async Task AddedAsync(string path, ImageId image, CancellationToken ct)
    {
        Counts = Counts with { Images = Counts.Images + 1 };
        await file.WriteLineAsync(new ReportLine(path, "added", image.Value), ct);
    }

    public async Task MaskAsync(string path, ImageId image, CancellationToken ct)
    {
        Counts = Counts with { Masks = Counts.Masks + 1 };
        await file.WriteLineAsync(new ReportLine(path, "mask", image.Value), ct);
    }

    public async Task DuplicateAsync(string path, ImageId? image, string reason, CancellationToken ct)
    {
        Counts = Counts with { Duplicates = Counts.Duplicates + 1 };
        await file.WriteLineAsync(new ReportLine(path, "duplicate", image?.Value, reason), ct);
    }

    public async Task RejectedAsync(string path, string reason, CancellationToken ct)
    {
        Counts = Counts with { Rejected = Counts.Rejected + 1 };
        if (rejections.Count < Transfer.RejectionsKept)
            rejections.Add(new RejectedEntry(path, reason));
        await file.WriteLineAsync(new ReportLine(path, "rejected", Reason: reason), ct);
    }

    public async Task<BlobKey> StoreAsync(IBlobStore blobs, CancellationToken ct)
    {
        await file.FlushAsync(ct);
        file.Position = 0;
        return await blobs.PutAsync(task.Tenant, BlobKind.Import, file, ct);
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();
}
