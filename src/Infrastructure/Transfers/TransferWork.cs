using FewShotAD.Domain.Common;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;

namespace FewShotAD.Infrastructure.Transfers;

/// <summary>Does one kind of transfer. It may be begun again after it died half way: what it has done is done once.</summary>
public interface ITransferWork
{
    IReadOnlyCollection<TransferKind> Kinds { get; }

    /// <returns>What was done; or an error that a person can act on, which ends the transfer as failed.</returns>
    Task<Result<TransferOutcome>> DoAsync(TransferTask task, CancellationToken ct);
}

/// <summary>A claimed transfer in the hands of its work.</summary>
public sealed class TransferTask
{
    private readonly TransferLedger ledger;

    internal TransferTask(TransferLedger ledger, string folder) => (this.ledger, Folder) = (ledger, folder);

    /// <summary>As it was claimed.</summary>
    public Transfer Transfer => ledger.Transfer;

    public TenantId Tenant => Transfer.TenantId;

    /// <summary>For files of this attempt alone; it is deleted with the attempt.</summary>
    public string Folder { get; }

    /// <summary>A new file of this attempt, to be written and read again.</summary>
    public FileStream NewFile() => new(
        Path.Combine(Folder, Guid.NewGuid().ToString("N")),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 64 * 1024, Options = FileOptions.DeleteOnClose,
        });

    /// <summary>Says how far it is. Cheap: it reaches the database now and then.</summary>
    public Task ReportAsync(long done, long total, CancellationToken ct) => ledger.ReportAsync(done, total, ct);

    /// <summary>Writes the transfer's row together with others, as long as the transfer is this attempt's.</summary>
    /// <exception cref="OperationCanceledException">It is another attempt's by now.</exception>
    public Task WriteAsync(Action<PortalDbContext, Transfer> change, CancellationToken ct) => WriteAsync(
        (context, row) =>
        {
            change(context, row);
            return Task.CompletedTask;
        },
        ct);

    /// <inheritdoc cref="WriteAsync(Action{PortalDbContext, Transfer}, CancellationToken)"/>
    public async Task WriteAsync(Func<PortalDbContext, Transfer, Task> change, CancellationToken ct)
    {
        if (!await ledger.WriteAsync(change, ct))
            throw new OperationCanceledException("The transfer was taken over or deleted.");
    }
}
