using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Transfers.Export;

/// <summary>One format of exports. The same rows give the same bytes: nothing of the clock or of chance is written.</summary>
public interface IExportWriter
{
    ExportFormat Format { get; }

    /// <param name="target">Seekable and empty.</param>
    Task<TransferCounts> WriteAsync(ExportSource source, TransferTask task, Stream target, CancellationToken ct);
}

/// <summary>Makes the file of an export and puts it into the blobs, where its hash is its name.</summary>
internal sealed class ExportWork(PortalDb db, IBlobStore blobs, IEnumerable<IExportWriter> writers) : ITransferWork
{
    public IReadOnlyCollection<TransferKind> Kinds => [TransferKind.Export];

    public async Task<Result<TransferOutcome>> DoAsync(TransferTask task, CancellationToken ct)
    {
        var (choice, project) = (task.Transfer.Export!, task.Transfer.ProjectId);
        var source = await OpenAsync(task.Tenant, project!.Value, choice, ct);
        if (!source.Succeeded)
            return source.Error;
        await using var file = task.NewFile();
        TransferCounts counts;
        try
        {
            counts = await writers.First(w => w.Format == choice.Format).WriteAsync(source.Value, task, file, ct);
        }
        catch (ExportFileMissingException e)
        {
            return e.Error;
        }

        await file.FlushAsync(ct);
        file.Position = 0;
        var key = await blobs.PutAsync(task.Tenant, BlobKind.Export, file, ct);
        return new TransferOutcome(counts, key, file.Length);
    }

    private async Task<Result<ExportSource>> OpenAsync(TenantId tenant, ProjectId id, ExportChoice choice, CancellationToken ct)
    {
        await using var context = db.ForTenant(tenant);
        var project = await context.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, ct);
        if (project is null)
            return new ProjectNotFound();
        if (choice.Model is not { } chosen)
            return new ExportSource(db, blobs, project, null, choice);
        var modelId = new ModelId(chosen);
        var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == modelId && m.ProjectId == id, ct);
        return model is null ? new ModelNotFound() : new ExportSource(db, blobs, project, model, choice);
    }
}
