using System.IO.Compression;
using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Backups;

/// <param name="Folder">Where the backup lies.</param>
/// <param name="Missing">Blobs that rows name and the storage does not have: the backup is complete without them.</param>
/// <param name="Damaged">Blobs that are not what their name says, and not in the backup either.</param>
public sealed record BackupReport(
    string Folder, int Tables, long Rows, int Keys, int Copied, long Bytes, int AlreadyThere, IReadOnlyList<string> Missing, IReadOnlyList<string> Damaged);

/// <summary>
/// Takes the whole installation while it is at work. First the rows, as they are at one moment; then the blobs that they name, which nobody
/// changes. A sweep may delete a blob in between when its row has gone meanwhile: then the rows are taken again, and blobs that were copied
/// stay. The manifest comes last, and the folder gets its name after it.
/// </summary>
public sealed class InstallationBackup
{
    private const int Tries = 6;

    private readonly IPortalContexts contexts;
    private readonly IBlobStore blobs;
    private readonly KeyRing keys;
    private readonly IOptions<DatabaseOptions> database;
    private readonly TimeProvider time;

    internal InstallationBackup(IPortalContexts contexts, IBlobStore blobs, KeyRing keys, IOptions<DatabaseOptions> database, TimeProvider time) =>
        (this.contexts, this.blobs, this.keys, this.database, this.time) = (contexts, blobs, keys, database, time);

    /// <param name="folder">Of backups; made when it is not there.</param>
    public async Task<Result<BackupReport>> RunAsync(string folder, CancellationToken ct)
    {
        if (!await contexts.IsPresentAsync(ct))
            return new SchemaNotPresent();
        using var held = BackupFolder.TryHold(Path.GetFullPath(folder));
        if (held is null)
            return new BackupFolderBusy(folder);
        var spool = new Spool(Path.Combine(held.Blobs, "spool"));
        // Nobody else writes here: what is left lies there half written.
        spool.DeleteStale(DateTimeOffset.MaxValue);
        var target = new FileBlobStore(held.Blobs, spool, time);
        var total = new Copies(0, 0, [], []);
        for (var tried = 1; ; tried++)
        {
            var partial = held.Begin();
            var rows = await TakeRowsAsync(partial, ct);
            var before = total.Gone;
            total = await CopyAsync(target, rows.Blobs, total, ct);
            // Named by two moments, one after the other, and there at neither: not swept but lost.
            if (total.Gone.All(before.Contains))
                return await FinishAsync(held, partial, rows, target, total, ct);
            if (tried == Tries)
                return new BlobsVanish(total.Gone.Count);
        }
    }

    private async Task<Rows> TakeRowsAsync(string partial, CancellationToken ct)
    {
        await using var context = contexts.Create(default);
        await context.Database.OpenConnectionAsync(ct);
        await using var moment = await contexts.Whole.ReadOneMomentAsync(context.Database.GetDbConnection(), ct);
        await context.Database.UseTransactionAsync(moment, ct);
        var at = time.GetUtcNow();
        var named = new HashSet<BlobRef>();
        var tables = new List<BackupTable>();
        foreach (var table in TableLayout.Of(context.Model))
            tables.Add(await TableDump.WriteAsync(moment, table, partial, named, ct));
        var files = new List<BackupFile>();
        foreach (var (name, xml) in await keys.ReadAsync(context, ct))
            files.Add(await BackupFolder.WriteAsync(partial, $"keys/{name}.xml", file => file.WriteAsync(Encoding.UTF8.GetBytes(xml), ct).AsTask(), ct));
        var migrations = (await context.Database.GetAppliedMigrationsAsync(ct)).Select(SchemaHistory.NameOf).ToList();
        return new Rows(at, tables, files, migrations, named);
    }

    private async Task<Copies> CopyAsync(FileBlobStore target, HashSet<BlobRef> named, Copies total, CancellationToken ct)
    {
        var (copied, bytes) = (total.Copied, total.Bytes);
        var (gone, damaged) = (new HashSet<BlobRef>(), new HashSet<BlobRef>());
        foreach (var blob in named)
        {
            var outcome = await BlobCopy.OneAsync(blobs, target, blob.Key, ct);
            switch (outcome.Was)
            {
                case BlobCopied.Gone:
                    gone.Add(blob);
                    break;
                case BlobCopied.Damaged:
                    damaged.Add(blob);
                    break;
                case BlobCopied.Copied:
                    (copied, bytes) = (copied + 1, bytes + outcome.Bytes);
                    break;
                case BlobCopied.AlreadyThere:
                    break;
                default:
                    throw new InvalidOperationException($"{outcome.Was} is no outcome of a copy.");
            }
        }

        return new Copies(copied, bytes, gone, damaged);
    }

    private async Task<BackupReport> FinishAsync(BackupFolder held, string partial, Rows rows, FileBlobStore target, Copies total, CancellationToken ct)
    {
        var there = rows.Blobs.Where(blob => !total.Gone.Contains(blob) && !total.Damaged.Contains(blob)).ToList();
        var list = await BackupFolder.WriteAsync(partial, "blobs.gz", file => BlobList.WriteAsync(file, target, there, ct), ct);
        var manifest = new BackupManifest(
            BackupManifest.PresentFormat, BackupManifest.VersionOfProgram, database.Value.Provider, rows.At, rows.Migrations, rows.Tables,
            there.Count, list, rows.Keys, Texts(total.Gone), Texts(total.Damaged));
        await BackupFolder.WriteAsync(partial, BackupManifest.FileName, file => file.WriteAsync(Encoding.UTF8.GetBytes(manifest.Write()), ct).AsTask(), ct);
        var final = held.Finish(partial, rows.At);
        // What an earlier round copied is counted as copied, even where its row has gone since.
        var old = Math.Max(0, there.Count - total.Copied);
        return new BackupReport(final, rows.Tables.Count, manifest.Rows, rows.Keys.Count, total.Copied, total.Bytes, old, manifest.Missing, manifest.Damaged);
    }

    private static List<string> Texts(IEnumerable<BlobRef> blobs) => [.. blobs.Select(blob => blob.Key.ToString()).Order(StringComparer.Ordinal)];

    private sealed record Rows(
        DateTimeOffset At, IReadOnlyList<BackupTable> Tables, IReadOnlyList<BackupFile> Keys, IReadOnlyList<string> Migrations, HashSet<BlobRef> Blobs);

    private sealed record Copies(int Copied, long Bytes, HashSet<BlobRef> Gone, HashSet<BlobRef> Damaged);
}
