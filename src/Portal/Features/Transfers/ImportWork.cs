using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>Works on an uploaded zip: pictures into a project that is there, or a backup into a new one.</summary>
public sealed class ImportWork(IBlobStore blobs, ZipImages images, BackupRestore restore, IOptions<TransferOptions> options) : ITransferWork
{
    public IReadOnlyCollection<TransferKind> Kinds => [TransferKind.Import, TransferKind.Restore];

    public async Task<Result<TransferOutcome>> DoAsync(TransferTask task, CancellationToken ct)
    {
        await using var stored = await blobs.OpenReadAsync(task.Tenant, task.Transfer.Source!, ct);
        if (stored is null)
            return new UploadGone();
        var opened = ZipInput.Open(stored, ZipLimits.Of(options.Value));
        if (!opened.Succeeded)
            return opened.Error;
        using var zip = opened.Value;
        await using var report = new ImportReport(task);
        try
        {
            var done = task.Transfer.Kind == TransferKind.Restore
                ? await restore.DoAsync(zip, task, report, ct)
                : await images.TakeAsync(zip, task, task.Transfer.ProjectId!.Value, report, zip.Paths.Count, ct);
            if (!done.Succeeded)
                return done.Error;
        }
        catch (InvalidListException e)
        {
            return e.Error;
        }

        return new TransferOutcome(report.Counts, Report: await report.StoreAsync(blobs, ct), Rejections: report.Rejections);
    }
}

public sealed record UploadGone()
    : Error(ErrorKind.Unavailable, "import.source", "The uploaded zip is no longer stored. Upload it again.");
