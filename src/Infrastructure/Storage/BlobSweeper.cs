using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Storage;

/// <param name="Blobs">Blobs deleted.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Spooled">Files of uploads that died, deleted.</param>
public sealed record SweepReport(int Blobs, long Bytes, int Spooled);

/// <summary>
/// Deletes blobs that no row points to: what deleted rows leave behind, and what an upload or a run put before it died. Nothing
/// younger than the grace is touched, so a blob between its put and its row is safe, and one that is put again meanwhile is
/// spared by the store's own check.
/// </summary>
public sealed class BlobSweeper
{
    private readonly IBlobStore blobs;
    private readonly PortalDb db;
    private readonly Spool spool;
    private readonly IOptions<BlobOptions> options;
    private readonly TimeProvider time;
    private readonly ILogger<BlobSweeper> log;

    internal BlobSweeper(IBlobStore blobs, PortalDb db, Spool spool, IOptions<BlobOptions> options, TimeProvider time, ILogger<BlobSweeper> log) =>
        (this.blobs, this.db, this.spool, this.options, this.time, this.log) = (blobs, db, spool, options, time, log);

    /// <summary>Sweeps every tenant that has blobs, whether the database knows it or not.</summary>
    public async Task<SweepReport> SweepAsync(CancellationToken ct)
    {
        // Taken once, before anything is read: whatever is put from here on is younger.
        var before = time.GetUtcNow() - options.Value.SweepGrace;
        var report = new SweepReport(0, 0, spool.DeleteStale(before));
        await foreach (var tenant in blobs.ListTenantsAsync(ct))
        {
            var (count, bytes) = await SweepAsync(tenant, before, ct);
            report = report with { Blobs = report.Blobs + count, Bytes = report.Bytes + bytes };
        }

        if (report.Blobs + report.Spooled > 0)
            log.LogInformation("Swept {Blobs} blobs without a row ({Bytes} bytes) and {Spooled} files of broken uploads", report.Blobs, report.Bytes, report.Spooled);
        return report;
    }

    private async Task<(int Count, long Bytes)> SweepAsync(TenantId tenant, DateTimeOffset before, CancellationToken ct)
    {
        // Candidates first, references second: a row that appears between the two is seen.
        var old = new List<BlobEntry>();
        await foreach (var entry in blobs.ListAsync(tenant, ct))
        {
            if (entry.Touched < before)
                old.Add(entry);
        }

        if (old.Count == 0)
            return (0, 0);
        await using var context = db.ForTenant(tenant);
        var referenced = await BlobReferences.ReadAsync(context, ct);
        var (count, bytes) = (0, 0L);
        foreach (var entry in old.Where(entry => !referenced.Contains(BlobReferences.Of(entry.Key))))
        {
            if (!await blobs.DeleteAsync(tenant, entry.Key, before, ct))
                continue;
            count++;
            bytes += entry.Bytes;
        }

        return (count, bytes);
    }
}
